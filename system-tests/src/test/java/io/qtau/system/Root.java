package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of the system that only root may run: mounts and network namespaces. */
final class Root {
  private Root() {}

  /** Runs one; it must succeed. */
  static void run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(List.of(command) + " hangs").isTrue();
      assertThat(process.exitValue())
          .as("this test needs root: " + String.join(" ", command) + ": " + said)
          .isZero();
    } catch (IOException e) {
      throw new AssertionError(command[0] + " cannot be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
