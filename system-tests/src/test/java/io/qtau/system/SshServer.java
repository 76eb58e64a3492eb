package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * An OpenSSH server of this account on 127.0.0.1, a process of ours, with keys of its own. What
 * runs in it has another home directory, so that several of them look like several machines.
 */
public final class SshServer implements AutoCloseable {
  private final Path directory;
  private final List<String> prefix;
  private final String address;
  private final int port;
  private Process process;

  /**
   * Starts one.
   *
   * @param site whose key may log in
   * @param variables of what runs in it, beside HOME
   */
  SshServer(SshSite site, String name, Map<String, String> variables) throws Exception {
    this(site, name, List.of(), "127.0.0.1", freePort(), variables);
  }

  /** The same as a machine with another name. */
  SshServer(SshSite site, String name, List<String> prefix, Map<String, String> variables)
      throws Exception {
    this(site, name, prefix, "127.0.0.1", freePort(), variables);
  }

  /** The same in another network. */
  SshServer(
      SshSite site,
      String name,
      List<String> prefix,
      String address,
      int port,
      Map<String, String> variables)
      throws Exception {
    directory = Files.createDirectories(site.directory().resolve("servers").resolve(name));
    this.prefix = prefix;
    this.address = address;
    this.port = port;
    Files.createDirectories(home());
    Files.createDirectories(
        Path.of("/run/sshd")); // Of all servers of this machine; it has no files.
    newHostKey();
    List<String> environment = new ArrayList<>(List.of("HOME=" + home()));
    variables.forEach((key, value) -> environment.add(key + "=" + value));
    Files.writeString(
        directory.resolve("config"),
        """
        Port %d
        ListenAddress %s
        HostKey %s
        PidFile none
        AuthorizedKeysFile %s.pub
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        PermitRootLogin prohibit-password
        UsePAM no
        StrictModes no
        UseDNS no
        PrintMotd no
        PrintLastLog no
        Subsystem sftp internal-sftp
        GatewayPorts clientspecified
        LogLevel VERBOSE
        SetEnv %s
        """
            .formatted(
                port,
                address,
                hostKey(),
                site.key(),
                environment.stream().collect(Collectors.joining("\" \"", "\"", "\""))));
    start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** The home directory of what runs in it. */
  public Path home() {
    return directory.resolve("home");
  }

  public int port() {
    return port;
  }

  String address() {
    return address;
  }

  private Path hostKey() {
    return directory.resolve("hostkey");
  }

  /** Its line in a known_hosts file. */
  String knownHost() throws IOException {
    String[] key = Files.readString(directory.resolve("hostkey.pub")).split(" ", 3);
    String name = port == 22 ? address : "[%s]:%d".formatted(address, port);
    return "%s %s %s%n".formatted(name, key[0], key[1].strip());
  }

  /** What ssh-keygen says of its key. */
  public String fingerprint() throws Exception {
    return SshSite.output("ssh-keygen", "-l", "-f", hostKey() + ".pub").split(" ", 3)[1];
  }

  /** Gives it another key; a running one has to be started again. */
  public void newHostKey() throws Exception {
    Files.deleteIfExists(hostKey());
    SshSite.output("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", hostKey().toString());
  }

  /** Starts it again. */
  public void start() throws Exception {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            "/usr/sbin/sshd",
            "-D",
            "-f",
            "" + directory.resolve("config"),
            "-E",
            log().toString()));
    int before = lines();
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    Awaitility.await("the SSH server")
        .until(
            () -> {
              String said = Files.exists(log()) ? Files.readString(log()) : "";
              assertThat(process.isAlive()).as("sshd ended: " + said).isTrue();
              return lines() > before && said.contains("listening on");
            });
  }

  private int lines() throws IOException {
    return Files.exists(log()) ? Files.readAllLines(log()).size() : 0;
  }

  private Path log() {
    return directory.resolve("log");
  }

  /** Ends it and all its sessions as nobody can prepare for; what left its session lives on. */
  public void kill() throws Exception {
    List<ProcessHandle> sessions = process.descendants().toList();
    process.destroyForcibly().waitFor();
    sessions.forEach(ProcessHandle::destroyForcibly);
  }

  /** Ends the sessions that there are now, all of them, and leaves itself. */
  public void killSessions() {
    Instant now = Instant.now();
    assertThat(sessionsBefore(now)).as("sessions of %s", directory).isNotEmpty();
    Awaitility.await("the end of the sessions of " + directory)
        .until(
            () -> {
              List<ProcessHandle> old = sessionsBefore(now);
              old.forEach(ProcessHandle::destroyForcibly);
              return old.isEmpty();
            });
  }

  private List<ProcessHandle> sessionsBefore(Instant instant) {
    return process
        .descendants()
        .filter(session -> session.info().startInstant().stream().anyMatch(instant::isAfter))
        .toList();
  }

  @Override
  public void close() throws Exception {
    kill();
  }
}
