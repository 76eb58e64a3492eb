package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One reader owns a session, until another one takes it over. */
class StealIT {
  @TempDir Path home;
  @TempDir Path work;
  private Commands qtau;

  @BeforeEach
  void start() throws Exception {
    qtau = new Commands(home);
    qtau.ok("broker", "start");
    qtau.ok("pilot", "start", "--resource", "local://", "--cores-per-node", "2", "--wait");
  }

  @AfterEach
  void stop() throws Exception {
    qtau.close();
  }

  private Path results(String out) {
    return work.resolve(out).resolve("results.jsonl");
  }

  private String[] await(String out, String... more) {
    String[] command = {"await", "s", "--out", work.resolve(out).toString(), "--timeout", "120"};
    String[] all = Arrays.copyOf(command, command.length + more.length);
    System.arraycopy(more, 0, all, command.length, more.length);
    return all;
  }

  private Process reader(String out, String... more) throws Exception {
    return qtau.start(work.resolve(out + ".out"), work.resolve(out + ".err"), await(out, more));
  }

  @Test
  void aSecondReaderIsRefusedAndAThiefTakesOver() throws Exception {
    Path tasks =
        Files.writeString(
            work.resolve("t.jsonl"),
            """
            {"id":"a","kind":"noop"}
            {"id":"b","kind":"noop"}
            {"id":"c","kind":"sleep","sleep":{"seconds":600}}
            """);
    qtau.ok("submit", tasks.toString(), "--session", "s");
    Process first = reader("first");
    Process thief = null;
    try {
      Awaitility.await()
          .atMost(30, TimeUnit.SECONDS)
          .until(
              () ->
                  Files.exists(results("first"))
                      && Files.readAllLines(results("first")).size() == 2);
      Commands.Ended second = qtau.run(await("second"));
      assertThat(second.code()).as(second.err()).isEqualTo(5);
      assertThat(second.err()).contains("another reader", "steal");

      thief = reader("thief", "--steal");
      assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(first.exitValue()).isEqualTo(5);
      assertThat(work.resolve("first.err")).content().contains("taken over");

      qtau.ok("cancel", "s");
      assertThat(thief.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(thief.exitValue()).as(Files.readString(work.resolve("thief.err"))).isEqualTo(1);
      assertThat(results("first")).content().contains("\"a\"", "\"b\"").doesNotContain("\"c\"");
      assertThat(Files.readAllLines(results("thief"))).singleElement().asString().contains("\"c\"");
    } finally {
      first.destroyForcibly();
      if (thief != null) {
        thief.destroyForcibly();
      }
    }
  }
}
