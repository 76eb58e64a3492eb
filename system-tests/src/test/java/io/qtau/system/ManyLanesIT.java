package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Short tasks of many lanes on an agent that knows nothing of them yet. */
class ManyLanesIT {
  private static final int TASKS = 3_000;
  private static final int LANES = 20;

  @TempDir Path dir;
  private Commands qtau;

  @BeforeEach
  void start() throws Exception {
    qtau = new Commands(dir.resolve("home"));
    qtau.ok("broker", "start");
    qtau.localPilot("p", 2);
  }

  @AfterEach
  void stop() throws Exception {
    qtau.ok("pilot", "stop", "--all");
    qtau.close();
  }

  /**
   * What an agent takes ahead, and in how many messages at a time, changes as it learns how short
   * they are: its sessions for that end and begin, and its connection does not.
   */
  @Test
  void theyAllEndAndTheConnectionHolds() throws Exception {
    Path tasks = dir.resolve("tasks.jsonl");
    Files.writeString(
        tasks,
        IntStream.range(0, TASKS)
            .mapToObj(
                i -> "{\"kind\":\"noop\",\"resources\":{\"cores\":0.9%02d}}".formatted(i % LANES))
            .collect(Collectors.joining("\n", "", "\n")));
    qtau.ok("submit", tasks.toString(), "--session", "s");
    qtau.ok("await", "s", "--out", dir.resolve("s").toString(), "--timeout", "60");
    assertThat(qtau.ok("pilot", "log", "p").out())
        .contains("takes tasks from")
        .doesNotContain("is away");
  }
}
