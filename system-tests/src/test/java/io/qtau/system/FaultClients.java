package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.client.QTau;
import io.qtau.client.UnknownSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The clients of a {@link FaultSite}: those that submit, those that read, and a collector. */
final class FaultClients implements AutoCloseable {
  private static final int NO_BROKER = 3;

  /** A process that reads so many results; 0 = all. */
  private record Reader(Process process, long count) {}

  private final FaultSite site;
  private final Path work;
  private final Map<String, Reader> readers = new LinkedHashMap<>();
  private final List<String> cutShort = new ArrayList<>();
  private Process collector;

  FaultClients(FaultSite site, Path work) {
    this.site = site;
    this.work = work;
  }

  void submit(String session, List<String> tasks) throws Exception {
    Path file = work.resolve(session + ".jsonl");
    Files.write(file, tasks);
    site.commands().ok("submit", file.toString(), "--session", session);
  }

  /** A client that is killed so long after the session is there; how much came in is not known. */
  void submitAndKill(String session, List<String> tasks, long millis) throws Exception {
    Path file = work.resolve(session + ".jsonl");
    Files.write(file, tasks);
    Process submitter = start(session + "-submit", "submit", file.toString(), "--session", session);
    try (QTau client = site.client()) {
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

  private Process start(String log, String... command) throws IOException {
    return site.commands().start(work.resolve(log + ".out"), work.resolve(log + ".err"), command);
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

  @Override
  public void close() {
    readers.values().forEach(reader -> reader.process().destroyForcibly());
    if (collector != null) {
      collector.destroyForcibly();
    }
  }
}
