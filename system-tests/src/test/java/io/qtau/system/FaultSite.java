package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

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

/** A broker daemon, pilots and readers, all processes of their own, that can be hurt one by one. */
final class FaultSite implements AutoCloseable {
  private static final int NO_BROKER = 3;

  private final Path home;
  private final Path work;
  private final Commands qtau;
  private final Map<String, Process> readers = new LinkedHashMap<>();
  private final List<String> pilots = new ArrayList<>();
  private int made;

  FaultSite(Path home, Path work) throws Exception {
    this.home = home;
    this.work = work;
    qtau = new Commands(home);
    startBroker();
  }

  void startBroker() throws Exception {
    qtau.ok("broker", "start");
  }

  long brokerPid() throws Exception {
    return qtau.ok("broker", "status", "--json").json().get("pid").asLong();
  }

  void startPilot() throws Exception {
    String name = "p" + made++;
    qtau.ok("pilot", "start", "--resource", "local://", "--name", name, "--cores-per-node", "2");
    pilots.add(name);
  }

  List<String> pilots() {
    return pilots;
  }

  long agentPid(String pilot) throws IOException {
    return Long.parseLong(
        Files.readString(home.resolve("pilots").resolve(pilot).resolve("pid")).strip());
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

  /** A reader of the session's results; another one when it is gone. */
  void read(String session) throws IOException {
    readers.put(
        session,
        qtau.start(
            work.resolve(session + ".out"),
            work.resolve(session + ".err"),
            "await",
            session,
            "--out",
            out(session).toString()));
  }

  void killReader(String session) throws IOException {
    Process reader = readers.get(session);
    if (reader != null && reader.isAlive()) {
      Commands.kill(reader.pid());
      read(session);
    }
  }

  /** Waits until the session's reader has all results, each of them a success. */
  void end(String session, long seconds) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < end) {
      Process reader = readers.get(session);
      boolean ended = reader.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      String said = session + ": " + Files.readString(work.resolve(session + ".err"));
      assertThat(ended).as(said).isTrue();
      if (reader.exitValue() != NO_BROKER) {
        assertThat(reader.exitValue()).as(said).isZero();
        return;
      }
      read(session); // It was started while the broker was away.
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
    for (Process reader : readers.values()) {
      reader.destroyForcibly();
    }
    qtau.close();
    pilots.clear();
  }
}
