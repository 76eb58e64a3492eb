package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.broker.OwnerCredential;
import io.qtau.client.QTau;
import io.qtau.client.Session;
import io.qtau.messaging.BrokerUrl;
import io.qtau.protocol.Payload;
import io.qtau.protocol.TaskDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A million tasks of 500 bytes wait in a broker with a heap of 1 GiB, and are drained. {@code
 * -Dqtau.many.tasks=N} says how many. It prints what it measures.
 */
@Tag("deep")
class ManyTasksIT {
  private static final int TASKS = Integer.getInteger("qtau.many.tasks", 1_000_000);

  /** Makes a message of about 500 bytes with its properties. */
  private static final Map<String, String> PADDING = Map.of("padding", "x".repeat(240));

  @TempDir Path home;
  private Commands qtau;

  @BeforeEach
  void start() throws Exception {
    qtau = new Commands(home);
    qtau.ok("broker", "start");
  }

  @AfterEach
  void stop() throws Exception {
    qtau.close();
  }

  private static TaskDescription task(int i) {
    return TaskDescription.of(new Payload.Noop()).id("t" + i).tags(PADDING).build();
  }

  private long brokerRssMb(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(0);
  }

  private long diskMb() throws IOException {
    try (Stream<Path> files = Files.walk(home.resolve("broker"))) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum()
          >> 20;
    }
  }

  @Test
  @Timeout(value = 4, unit = TimeUnit.HOURS)
  void theyWaitOnDiskAndNoneIsLost() throws Exception {
    var status = qtau.ok("broker", "status", "--json").json();
    long pid = status.get("pid").asLong();
    BrokerUrl url = BrokerUrl.parse(status.get("url").asText());
    try (QTau client = QTau.connect(url, OwnerCredential.obtain(home))) {
      submit(client);
      System.out.printf(
          "many: %d tasks queued: broker %d MiB resident, %d MiB of disk%n",
          TASKS, brokerRssMb(pid), diskMb());
      qtau.ok("pilot", "start", "--resource", "local://", "--name", "a", "--cores-per-node", "2");
      qtau.ok("pilot", "start", "--resource", "local://", "--name", "b", "--cores-per-node", "2");
      drain(client);
      System.out.printf("many: drained: broker %d MiB resident at most%n", brokerRssMb(pid));
    }
  }

  private static void submit(QTau client) throws Exception {
    List<Long> stamps = new ArrayList<>(List.of(System.nanoTime()));
    int tenth = Math.max(1, TASKS / 10);
    try (Session session = client.session("many")) {
      session.submit(
          IntStream.range(0, TASKS).mapToObj(ManyTasksIT::task).iterator(),
          accepted -> {
            if (accepted / tenth >= stamps.size()) {
              stamps.add(System.nanoTime());
            }
          });
      session.seal();
    }
    for (int i = 1; i < stamps.size(); i++) {
      System.out.printf(
          "many: submit, tenth %d: %.0f/s%n", i, tenth * 1e9 / (stamps.get(i) - stamps.get(i - 1)));
    }
  }

  private static void drain(QTau client) throws Exception {
    BitSet seen = new BitSet(TASKS);
    long begin = System.nanoTime();
    try (Session session = client.attach("many")) {
      session.read(
          results ->
              results.forEach(
                  result -> {
                    assertThat(result.succeeded()).isTrue();
                    int id = Integer.parseInt(result.id().value().substring(1));
                    assertThat(seen.get(id)).as("a second result of " + id).isFalse();
                    seen.set(id);
                  }),
          () -> seen.cardinality() == TASKS);
    }
    System.out.printf("many: drain: %.0f/s%n", TASKS * 1e9 / (System.nanoTime() - begin));
  }
}
