package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A user's home directory with a key and an {@code .ssh}, and SSH servers that its configuration
 * knows by name.
 */
public final class SshSite implements AutoCloseable {
  private final Path directory;
  private final List<SshServer> servers = new ArrayList<>();

  public SshSite(Path directory) throws Exception {
    this.directory = directory;
    Files.createDirectories(home().resolve(".ssh"));
    output("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", key().toString());
    Files.writeString(home().resolve(".ssh/config"), "");
    Files.writeString(knownHosts(), "");
  }

  Path directory() {
    return directory;
  }

  /** Where the user's {@code .ssh} is. */
  public Path home() {
    return directory.resolve("user");
  }

  public Path key() {
    return home().resolve(".ssh/id_ed25519");
  }

  public Path knownHosts() {
    return home().resolve(".ssh/known_hosts");
  }

  /** A server that is known by this name. */
  public SshServer server(String name) throws Exception {
    return server(name, Map.of());
  }

  /** The same with variables for what runs in it. */
  public SshServer server(String name, Map<String, String> variables) throws Exception {
    return known(name, new SshServer(this, name, variables));
  }

  /** The login host of a cluster. */
  SshServer login(String name, SlurmLab slurm) throws Exception {
    return known(name, new SshServer(this, name, slurm.login(), slurm.variables()));
  }

  /** The same in another network. */
  SshServer server(String name, List<String> prefix, String address) throws Exception {
    return known(name, new SshServer(this, name, prefix, address, 22, Map.of()));
  }

  /** One that only machines of that network can reach: its address means another host here. */
  public SshServer serverWithin(FarHost network, String name) throws Exception {
    return known(name, new SshServer(this, name, network.prefix(), "127.0.0.1", 2222, Map.of()));
  }

  /** The one way into that network. */
  public SshServer gateway(FarHost network, String name) throws Exception {
    return server(name, network.prefix(), network.addressThere());
  }

  private SshServer known(String name, SshServer server) throws IOException {
    servers.add(server);
    configure(
        "Host %s%n  HostName %s%n  Port %d%n".formatted(name, server.address(), server.port()));
    know(server);
    return server;
  }

  /** Adds lines to the user's configuration. */
  public void configure(String lines) throws IOException {
    Files.writeString(home().resolve(".ssh/config"), lines, StandardOpenOption.APPEND);
  }

  /** Adds a server's key to the user's known_hosts. */
  public void know(SshServer server) throws IOException {
    Files.writeString(knownHosts(), server.knownHost(), StandardOpenOption.APPEND);
  }

  static String output(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + ": " + said).isZero();
    return said;
  }

  /** Ends the servers and forgets them; others may follow. */
  @Override
  public void close() throws Exception {
    for (SshServer server : servers) {
      server.close();
    }
    servers.clear();
    Files.writeString(home().resolve(".ssh/config"), "");
    Files.writeString(knownHosts(), "");
  }
}
