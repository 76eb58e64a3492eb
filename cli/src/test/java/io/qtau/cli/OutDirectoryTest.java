package io.qtau.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutDirectoryTest {
  @TempDir Path dir;

  @Test
  void aDirectoryBelowAFileIsRefusedBeforeAnythingIsMade() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "");
    assertThatThrownBy(() -> new OutDirectory(file.resolve("out")).requireWritable())
        .isInstanceOfSatisfying(
            CommandFailed.class, e -> assertThat(e.code()).isEqualTo(ExitCode.BAD_INPUT));
  }

  @Test
  void aFinishedRunIsReplaced() throws Exception {
    fill("finished");
    OutDirectory out = new OutDirectory(dir);
    out.requireReplaceable();
    out.replace().close();
    assertThat(dir.resolve("run.json")).doesNotExist();
    assertThat(dir.resolve("results.jsonl")).isEmptyFile();
  }

  @Test
  void anUnfinishedRunIsInUseAndStays() throws Exception {
    fill("unfinished");
    assertInUse("s1");
    assertThat(dir.resolve("results.jsonl")).hasContent("kept");
  }

  @Test
  void resultsWithoutARunAreInUse() throws Exception {
    Files.writeString(dir.resolve("results.jsonl"), "kept");
    assertInUse("another command");
  }

  private void assertInUse(String word) {
    assertThatThrownBy(() -> new OutDirectory(dir).replace())
        .isInstanceOfSatisfying(
            CommandFailed.class, e -> assertThat(e.code()).isEqualTo(ExitCode.IN_USE))
        .hasMessageContaining(word);
  }

  private void fill(String state) throws Exception {
    Files.writeString(dir.resolve("run.json"), "{\"session\":\"s1\",\"state\":\"" + state + "\"}");
    Files.writeString(dir.resolve("results.jsonl"), "kept");
  }
}
