package io.qtau.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lock between two processes. */
class DirectoryLockIT {
  @TempDir Path dir;

  /** Tries to open the directory in a process of its own. */
  static final class Other {
    public static void main(String[] args) throws Exception {
      try (ResultFiles files = ResultFiles.open(Path.of(args[0]))) {
        System.out.print("opened " + files.summary().recorded());
      } catch (DirectoryInUse e) {
        System.out.print("in use");
      }
    }
  }

  private String otherProcess() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName(),
                dir.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void anotherProcessIsRefusedUntilTheDirectoryIsClosed() throws Exception {
    try (ResultFiles files = ResultFiles.open(dir)) {
      files.record(List.of(Results.of("a")));
      assertThat(otherProcess()).isEqualTo("in use");
      // A refused open in this process must not let go of the lock.
      assertThatThrownBy(() -> ResultFiles.open(dir)).isInstanceOf(DirectoryInUse.class);
      assertThat(otherProcess()).isEqualTo("in use");
    }
    assertThat(otherProcess()).isEqualTo("opened 1");
  }
}
