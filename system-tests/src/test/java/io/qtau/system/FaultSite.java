package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.qtau.broker.OwnerCredential;
import io.qtau.client.QTau;
import io.qtau.client.QTauException;
import io.qtau.client.UnknownSession;
import io.qtau.messaging.BrokerUrl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A broker daemon, pilots and readers, all processes of their own, that can be hurt one by one. */
final class FaultSite implements AutoCloseable {
  private static final int NO_BROKER = 3;
  private static final String FAR = "far";

  /** A process that reads so many results; 0 = all. */
  private record Reader(Process process, long count) {}

  private final Path home;
  private final Path work;
  private final Commands qtau;
  private final SmallDisk disk;
  private final FarHost far;
  private final Map<String, Reader> readers = new LinkedHashMap<>();
  private Process collector;
  private final List<String> pilots = new ArrayList<>();
  private final List<String> cutShort = new ArrayList<>();
  private int made;
  private boolean closed;

  FaultSite(Path home, Path work) throws Exception {
    this.home = home;
    this.work = work;
    qtau = new Commands(home);
    disk = new SmallDisk(work.resolve("disk.img"), Files.createDirectories(home.resolve("broker")));
    startBroker();
    far = new FarHost(brokerUrl().port());
    collect();
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

  void submit(String session, List<String> tasks) throws Exception {
    Path file = work.resolve(session + ".jsonl");
    Files.write(file, tasks);
    qtau.ok("submit", file.toString(), "--session", session);
  }

  /** A client that is killed so long after the session is there; how much came in is not known. */
  void submitAndKill(String session, List<String> tasks, long millis) throws Exception {
    Path file = work.resolve(session + ".jsonl");
    Files.write(file, tasks);
    Process submitter = start(session + "-submit", "submit", file.toString(), "--session", session);
    try (QTau client = client()) {
      Awaitility.await(session + " is there")
          .atMost(30, TimeUnit.SECONDS)
          .pollInterval(20, TimeUnit.MILLISECONDS)
          .ignoreException(UnknownSession.class)
          .until(() -> client.attach(session) != null);
    }
    submitter.waitFor(millis, TimeUnit.MILLISECONDS);
    Commands.kill(submitter.pid());
    cutShort.add(session);
  }

  /** The sessions whose submitting client was killed. */
  List<String> cutShort() {
    return cutShort;
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

  private Process start(String log, String... command) throws IOException {
    return qtau.start(work.resolve(log + ".out"), work.resolve(log + ".err"), command);
  }

  /** Reads a session's results; another process does when it is gone. */
  void read(String session) throws IOException {
    read(session, 0);
  }

  /**
   * The same for a session whose writer was killed.
   *
   * @param count how many results there will be; 0 = the broker knows
   */
  void read(String session, long count) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("await", session, "--out", out(session).toString()));
    if (count > 0) {
      command.addAll(List.of("--count", Long.toString(count)));
    }
    readers.put(session, new Reader(start(session, command.toArray(String[]::new)), count));
  }

  /** A collector of all sessions' results; another one when it is gone. */
  void collect() throws IOException {
    collector = start("collector", "collect", "--out", collected().toString());
  }

  Path collected() {
    return work.resolve("collected");
  }

  void killCollector() throws IOException {
    Process running = collector;
    if (running != null) {
      Commands.kill(running.pid());
    }
    collect();
  }

  /** Waits until the collector has so many results, and ends it. */
  void endCollector(int results) throws Exception {
    Path file = collected().resolve("results.jsonl");
    Awaitility.await("the collector has " + results + " results")
        .atMost(120, TimeUnit.SECONDS)
        .pollInterval(1, TimeUnit.SECONDS)
        .until(
            () -> {
              Process running = collector;
              if (running != null && !running.isAlive() && running.exitValue() == NO_BROKER) {
                collect(); // It was started while the broker was away.
              }
              return Files.exists(file) && lines(file) >= results;
            });
    Process running = collector;
    collector = null;
    if (running != null) {
      running.destroy();
      assertThat(running.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(running.exitValue()).as(Files.readString(work.resolve("collector.err"))).isZero();
    }
  }

  private static long lines(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    }
  }

  void killReader(String session) throws IOException {
    Reader reader = readers.get(session);
    if (reader != null && reader.process().isAlive()) {
      Commands.kill(reader.process().pid());
      read(session, reader.count());
    }
  }

  /** Waits until the session's reader has all results. */
  void end(String session, long seconds) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < end) {
      Reader reader = readers.get(session);
      boolean ended = reader.process().waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      String said = session + ": " + Files.readString(work.resolve(session + ".err"));
      assertThat(ended).as(said).isTrue();
      if (reader.process().exitValue() != NO_BROKER) {
        // 1: not all are SUCCESS, which the oracle judges.
        assertThat(reader.process().exitValue()).as(said).isBetween(0, 1);
        readers.remove(session);
        return;
      }
      read(session, reader.count()); // It was started while the broker was away.
    }
  }

  Path out(String session) {
    return work.resolve("out-" + session);
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
    readers.values().forEach(reader -> reader.process().destroyForcibly());
    if (collector != null) {
      collector.destroyForcibly();
    }
    disk.free();
    far.join();
    qtau.close();
    far.close();
    disk.close();
  }
}
