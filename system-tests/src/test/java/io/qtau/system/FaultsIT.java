package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.client.QTau;
import io.qtau.client.Session;
import io.qtau.client.UnknownSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many real processes, and one fault after the other: whatever happens, each accepted task has one
 * result. {@code -Dqtau.faults.seed} repeats a schedule, {@code -Dqtau.faults.count} and {@code
 * -Dqtau.faults.tasks} make it longer, {@code -Dqtau.faults.minutes} repeats it for so long.
 */
@Tag("alone")
class FaultsIT {
  private static final int SESSIONS = 4;

  @TempDir Path home;
  @TempDir Path work;
  private final Map<Fault, Integer> counts = new EnumMap<>(Fault.class);
  private Oracle oracle = new Oracle();
  private FaultSite site;

  @BeforeEach
  void start() throws Exception {
    site = new FaultSite(home, work);
    Files.writeString(
        work.resolve("note.py"),
        """
        import os, time

        def run(path):
            line = "%s %s %s %d\\n" % (os.environ["QTAU_SESSION"], os.environ["QTAU_TASK_ID"],
                                      os.environ["QTAU_ATTEMPT"], time.time() * 1000)
            with open(path, "ab", buffering=0) as file:
                file.write(line.encode())
        """);
  }

  @AfterEach
  void stop() throws Exception {
    site.close();
  }

  private Path notes() {
    return work.resolve("notes");
  }

  private String task(int i) {
    String retry = "\"retry\":{\"max_attempts\":20,\"backoff_s\":0.1}";
    String note = "echo $QTAU_SESSION $QTAU_TASK_ID $QTAU_ATTEMPT $(date +%s%3N) >> " + notes();
    if (i % 200 == 7) {
      return "{\"id\":\"t%d\",\"kind\":\"exec\",\"exec\":{\"argv\":[\"sh\",\"-c\",\"%s; sleep 3\"]},%s}"
          .formatted(i, note, retry);
    }
    if (i % 20 == 3) {
      return "{\"id\":\"t%d\",\"kind\":\"exec\",\"exec\":{\"argv\":[\"sh\",\"-c\",\"%s\"]},%s}"
          .formatted(i, note, retry);
    }
    if (i % 2 == 0) {
      return "{\"id\":\"t%d\",\"kind\":\"python\",\"python\":{\"call\":\"note:run\",\"args\":[\"%s\"],\"path\":[\"%s\"]},%s}"
          .formatted(i, notes(), work, retry);
    }
    return "{\"id\":\"t%d\",\"kind\":\"sleep\",\"sleep\":{\"seconds\":0.005},%s}"
        .formatted(i, retry);
  }

  @Test
  void eachTaskHasOneResultWhateverHappens() throws Exception {
    long seed = Long.getLong("qtau.faults.seed", System.nanoTime());
    int count = Integer.getInteger("qtau.faults.count", 40);
    int tasks = Integer.getInteger("qtau.faults.tasks", 20_000);
    Duration least = Duration.ofMinutes(Integer.getInteger("qtau.faults.minutes", 0));
    System.out.println("faults: seed " + seed + ", " + count + " faults, " + tasks + " tasks");
    Random random = new Random(seed);
    site.startFarPilot();
    site.startPilot();
    site.startPilot();
    int collected = 0;
    int round = 0;
    Instant begin = Instant.now();
    do {
      collected += round(random, "r" + round++ + "-", tasks, count);
    } while (Duration.between(begin, Instant.now()).compareTo(least) < 0);

    site.clients().endCollector(collected);
    assertThat(Oracle.results(site.clients().collected()))
        .hasSize(collected)
        .doesNotHaveDuplicates();
    site.close();
    Awaitility.await("no process is left")
        .atMost(20, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(site.processes()).isEmpty());
    System.out.println("faults: " + collected + " tasks in " + round + " rounds, " + counts);
  }

  /** Returns how many tasks it had. */
  private int round(Random random, String name, int tasks, int count) throws Exception {
    oracle = new Oracle();
    Files.deleteIfExists(notes());
    List<String> sessions = submit(name, tasks);
    List<Fault> faults = Fault.schedule(count, random);
    for (Fault fault : faults) {
      site.reviveBroker();
      System.out.println("faults: " + fault);
      long from = System.currentTimeMillis();
      fault.happen(site, random, sessions);
      oracle.happened(fault, from, System.currentTimeMillis());
      counts.merge(fault, 1, Integer::sum);
      TimeUnit.MILLISECONDS.sleep(random.nextInt(1000));
    }
    sessions.addAll(findCutShort());
    return check(sessions);
  }

  private List<String> submit(String name, int tasks) throws Exception {
    site.reviveBroker();
    List<String> sessions = new ArrayList<>();
    for (int s = 0; s < SESSIONS; s++) {
      List<String> lines = new ArrayList<>();
      Set<String> ids = new LinkedHashSet<>();
      for (int i = 0; i < tasks / SESSIONS; i++) {
        lines.add(task(i));
        ids.add("t" + i);
      }
      String session = name + s;
      site.clients().submit(session, lines);
      oracle.accepted(session, ids);
      site.clients().read(session);
      sessions.add(session);
    }
    return sessions;
  }

  /** What came in of clients that were killed: whole batches, from the first one on. */
  private List<String> findCutShort() throws Exception {
    List<String> found = new ArrayList<>();
    try (QTau client = site.client()) {
      for (String session : site.clients().cutShort()) {
        long accepted = accepted(client, session);
        if (accepted > 0) {
          oracle.accepted(
              session,
              LongStream.range(0, accepted).mapToObj(i -> "t" + i).collect(Collectors.toSet()));
          site.clients().read(session, accepted);
          found.add(session);
        }
      }
    }
    site.clients().cutShort().clear();
    return found;
  }

  private static long accepted(QTau client, String session) throws Exception {
    try (Session attached = client.attach(session)) {
      return attached.state().accepted();
    } catch (UnknownSession killedBeforeItsFirstBatch) {
      return 0;
    }
  }

  private int check(List<String> sessions) throws Exception {
    Map<String, Integer> statuses = new HashMap<>();
    for (String session : sessions) {
      site.clients().end(session, 240);
      oracle
          .checkResults(session, site.clients().out(session))
          .forEach((status, n) -> statuses.merge(status, n, Integer::sum));
    }
    long repeats = oracle.checkExecutions(notes());
    System.out.println(
        "faults: " + statuses + ", " + repeats + " executions more, " + oracle.faults().size());
    Awaitility.await("no queue has anything")
        .atMost(20, TimeUnit.SECONDS)
        .pollInterval(2, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(site.leftOver()).isEmpty());
    return statuses.values().stream().mapToInt(Integer::intValue).sum();
  }
}
