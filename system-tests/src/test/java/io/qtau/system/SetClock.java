package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A wall clock for processes of a test, which can be set while they run. */
final class SetClock {
  private static final Path SOURCE = Path.of("src/test/resources/clock/clock.c").toAbsolutePath();

  private final Path library;
  private final Path file;

  /** Makes one, equal to the real one. */
  SetClock(Path directory) throws Exception {
    library = directory.resolve("clock.so");
    file = directory.resolve("clock");
    set(Duration.ZERO);
    Process compiler =
        new ProcessBuilder(
                "gcc", "-shared", "-fPIC", "-O1", "-o", library.toString(), SOURCE.toString())
            .inheritIO()
            .start();
    assertThat(compiler.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(compiler.exitValue()).as("gcc").isZero();
  }

  Map<String, String> environment() {
    return Map.of("LD_PRELOAD", library.toString(), "QTAU_TEST_CLOCK", file.toString());
  }

  /** From now on it is so much ahead of the real one. */
  void set(Duration ahead) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
    bytes.putLong(ahead.toSeconds()).flip();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(bytes, 0);
    }
  }
}
