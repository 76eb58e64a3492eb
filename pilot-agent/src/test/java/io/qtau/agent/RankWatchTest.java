package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RankWatchTest {
  @TempDir Path directory;
  private Path stderr;
  private RankWatch watch;

  @BeforeEach
  void open() throws Exception {
    stderr = Files.createFile(directory.resolve("stderr"));
    watch = new RankWatch(stderr, "n1");
  }

  private boolean seenAfter(String text) throws Exception {
    Files.writeString(stderr, text, StandardOpenOption.APPEND);
    return watch.hasFailed();
  }

  @Test
  void aRankThatFailsIsSeenThoughItsLineComesInParts() throws Exception {
    assertThat(seenAfter("?rank 3?\036n1 begun 1.0 m2\nsome words\n")).isFalse();
    assertThat(seenAfter("?rank 0?\036n1 ended 2.5 0\n?rank 3?\036n1 en")).isFalse();
    assertThat(seenAfter("ded 2.6 13")).isFalse();
    assertThat(seenAfter("7\n")).isTrue();
    assertThat(seenAfter("\n")).isTrue();
  }

  @Test
  void whatProgramsWriteIsNotTakenForIt() throws Exception {
    assertThat(seenAfter("n1 ended 2.6 137\n\036n2 ended 2.6 137\n")).isFalse();
    assertThat(seenAfter("x".repeat(3_000_000) + "\n")).isFalse();
    assertThat(seenAfter("?rank 1?\036n1 ended 2.6 1\n")).isTrue();
  }
}
