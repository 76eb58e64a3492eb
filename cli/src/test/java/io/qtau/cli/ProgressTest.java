package io.qtau.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private long nanos;

  @Test
  void elsewhereThanOnATerminalALineComesEveryFiveSecondsAndAtTheEnd() {
    Progress progress = progress(false);
    progress.total(100);
    progress.add(10, 1);
    pass(4);
    progress.tick();
    assertThat(text()).isEmpty();
    pass(1);
    progress.tick();
    progress.tick();
    assertThat(text()).isEqualTo("qtau: 10/100 done, 1 failed, 2/s, ETA 45 s\n");
    progress.add(90, 0);
    pass(5);
    progress.end();
    assertThat(text()).endsWith("qtau: 100/100 done, 1 failed, 10/s\n");
  }

  @Test
  void whileNothingHappensALineComesEveryMinute() {
    Progress progress = progress(false);
    progress.total(100);
    pass(59);
    progress.tick();
    assertThat(text()).isEmpty();
    pass(1);
    progress.tick();
    assertThat(text()).isEqualTo("qtau: 0/100 done, 0 failed, 0/s\n");
  }

  @Test
  void onATerminalOneLineIsDrawnAgain() {
    Progress progress = progress(true);
    progress.total(4);
    progress.add(1, 0);
    pass(1);
    progress.tick();
    progress.tick();
    assertThat(text()).contains("\r[======  ").doesNotContain("\n");
  }

  private Progress progress(boolean terminal) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    Console console =
        new Console(
            Map.of(), InputStream.nullInputStream(), stream, stream, terminal, new Interruption());
    return new Progress(console, () -> nanos);
  }

  private void pass(int seconds) {
    nanos += TimeUnit.SECONDS.toNanos(seconds);
  }

  private String text() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
