package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client of a broker whose disk is full is told so, or waits until there is room. */
class DiskIT {
  @TempDir Path home;
  @TempDir Path work;
  private SmallDisk disk;
  private Commands qtau;

  @BeforeEach
  void start() throws Exception {
    qtau = new Commands(home);
    disk = new SmallDisk(work.resolve("disk.img"), Files.createDirectories(home.resolve("broker")));
    qtau.ok("broker", "start");
  }

  @AfterEach
  void stop() throws Exception {
    disk.free();
    qtau.close();
    disk.close();
  }

  @Test
  void itIsToldOrWaits() throws Exception {
    String tasks =
        Files.writeString(work.resolve("t.jsonl"), "{\"id\":\"a\",\"kind\":\"noop\"}\n").toString();
    disk.fillAlmost();
    Awaitility.await("the broker has noticed")
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(
            () -> {
              Commands.Ended refused = qtau.run("submit", tasks);
              assertThat(refused.code()).isEqualTo(3);
              assertThat(refused.err()).contains("below 1024 MiB", "try later");
            });
    Path err = work.resolve("err");
    Process waiting =
        qtau.start(work.resolve("out"), err, "submit", tasks, "--session", "s", "--wait-for-room");
    try {
      assertThat(waiting.waitFor(5, TimeUnit.SECONDS)).as(Files.readString(err)).isFalse();
      disk.free();
      assertThat(waiting.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(waiting.exitValue()).as(Files.readString(err)).isZero();
    } finally {
      waiting.destroyForcibly();
    }
    qtau.ok("pilot", "start", "--resource", "local://");
    String out = work.resolve("results").toString();
    assertThat(qtau.ok("await", "s", "--out", out, "--timeout", "60").out()).contains("SUCCESS 1");
  }
}
