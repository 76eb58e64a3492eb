package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.qtau.broker.OwnerCredential;
import io.qtau.client.QTau;
import io.qtau.client.QTauException;
import io.qtau.messaging.BrokerUrl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A broker daemon, pilots and clients, all processes of their own, that can be hurt one by one. */
final class FaultSite implements AutoCloseable {
  private static final String FAR = "far";

  private final Path home;
  private final Commands qtau;
  private final SmallDisk disk;
  private final FarHost far;
  private final FaultClients clients;
  private final List<String> pilots = new ArrayList<>();
  private int made;
  private boolean closed;

  FaultSite(Path home, Path work) throws Exception {
    this.home = home;
    qtau = new Commands(home);
    disk = new SmallDisk(work.resolve("disk.img"), Files.createDirectories(home.resolve("broker")));
    startBroker();
    far = new FarHost(brokerUrl().port());
    clients = new FaultClients(this, work);
    clients.collect();
  }

  void startBroker() throws Exception {
    qtau.ok("broker", "start");
  }

  /**
   * Starts the broker again when a full disk has ended it. It may end so at any time after; but it
   * is never half there, a process that nobody can connect to.
   */
  void reviveBroker() {
    Awaitility.await("a broker that answers")
        .atMost(60, TimeUnit.SECONDS)
        .ignoreException(QTauException.class)
        .until(
            () -> {
              if (!brokerStatus().get("running").asBoolean()) {
                assertThat(disk.wasFull()).as("the broker has ended").isTrue();
                startBroker();
              }
              client().close();
              return true;
            });
  }

  private JsonNode brokerStatus() throws Exception {
    return qtau.run("broker", "status", "--json").json();
  }

  long brokerPid() throws Exception {
    return brokerStatus().get("pid").asLong();
  }

  BrokerUrl brokerUrl() throws Exception {
    return BrokerUrl.parse(brokerStatus().get("url").asText());
  }

  /** The owner's client, for questions. */
  QTau client() throws Exception {
    return QTau.connect(brokerUrl(), OwnerCredential.obtain(home));
  }

  FaultClients clients() {
    return clients;
  }

  SmallDisk disk() {
    return disk;
  }

  FarHost far() {
    return far;
  }

  void startPilot() throws Exception {
    String name = "p" + made++;
    qtau.ok("pilot", "start", "--resource", "local://", "--name", name, "--cores-per-node", "2");
    pilots.add(name);
  }

  /** A pilot on the far host. */
  void startFarPilot() throws Exception {
    String name = FAR + made++;
    Commands.Ended ended =
        qtau.run(
            far,
            "pilot",
            "start",
            "--resource",
            "local://",
            "--name",
            name,
            "--cores-per-node",
            "2",
            "--broker",
            far.url(),
            "--credential",
            OwnerCredential.file(home).toString());
    assertThat(ended.code()).as(ended.err()).isZero();
    pilots.add(name);
  }

  /** Ends a pilot's agent as nobody can prepare for; another one takes its place. */
  void killPilot(String pilot) throws Exception {
    Commands.kill(agentPid(pilot));
    pilots.remove(pilot);
    if (pilot.startsWith(FAR)) {
      startFarPilot();
    } else {
      startPilot();
    }
  }

  List<String> pilots() {
    return pilots;
  }

  long agentPid(String pilot) throws IOException {
    return Long.parseLong(
        Files.readString(home.resolve("pilots").resolve(pilot).resolve("agents/0/pid")).strip());
  }

  /** The Python workers of a pilot's agent. */
  List<Long> workers(String pilot) throws IOException {
    return ProcessHandle.of(agentPid(pilot)).stream()
        .flatMap(ProcessHandle::children)
        .filter(child -> commandLine(child.pid()).contains("qtau.worker"))
        .map(ProcessHandle::pid)
        .toList();
  }

  private static String commandLine(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cmdline"));
    } catch (IOException gone) {
      return "";
    }
  }

  /** What lies in any queue where tasks or results can be. */
  List<String> leftOver() throws Exception {
    return qtau.ok("lanes", "--all", "--json")
        .out()
        .lines()
        .filter(line -> !line.contains("\"waiting\":0,\"held\":0,\"resting\":0"))
        .filter(line -> !line.contains("\"qtau.dead\""))
        .toList();
  }

  static void signal(String name, long pid) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  Commands commands() {
    return qtau;
  }

  /** The processes that live in this site's home. */
  List<String> processes() throws IOException {
    String wanted =
        new String(
            ("QTAU_HOME=" + home).getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    List<String> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path process : all.filter(p -> p.getFileName().toString().matches("\\d+")).toList()) {
        String environment = environment(process);
        if (environment.contains(wanted)) {
          found.add(
              process.getFileName()
                  + " "
                  + commandLine(Long.parseLong(process.getFileName().toString())));
        }
      }
    }
    return found;
  }

  private static String environment(Path process) {
    try {
      return new String(
          Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }

  @Override
  public void close() throws Exception {
    if (closed) {
      return;
    }
    closed = true;
    try (disk;
        far;
        qtau) {
      clients.close();
      disk.free();
      far.join();
    }
  }
}
