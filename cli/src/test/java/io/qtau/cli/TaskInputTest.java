package io.qtau.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskInputTest {
  private static final String NOOP = "{\"kind\":\"noop\"}";

  @TempDir Path dir;

  @Test
  void anObjectionNamesFileLineAndColumnOfTheTask() throws Exception {
    Path lines = write("a.jsonl", NOOP + "\n\n  " + named("wide") + "\n");
    Path array = write("b.json", "[" + NOOP + ",\n" + named("wide") + "]");
    TaskInput input = read("", lines.toString(), array.toString(), "-");

    assertThat(input.tasks()).hasSize(5);
    assertThatThrownBy(() -> input.check(task -> "wide".equals(task.name()) ? "too wide" : null))
        .isInstanceOf(CommandFailed.class)
        .hasMessageContaining(lines + ":3:3: too wide")
        .hasMessageContaining(array + ":2:1: too wide")
        .hasMessageNotContaining("-:1")
        .hasMessageContaining("nothing was submitted");
  }

  @Test
  void anObjectionToStandardInputNamesItsLine() throws Exception {
    TaskInput input = read(NOOP + "\n" + named("wide"), "-");
    assertThatThrownBy(() -> input.check(task -> task.name() == null ? null : "too wide"))
        .hasMessageContaining("-:2:1: too wide");
  }

  @Test
  void withoutAnObjectionNothingHappens() throws Exception {
    read(NOOP, "-").check(task -> null);
  }

  private TaskInput read(String stdin, String... files) throws Exception {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    String in = stdin.isEmpty() ? NOOP : stdin;
    Console console =
        new Console(
            Map.of(),
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
            nowhere,
            nowhere,
            false,
            new Interruption());
    return TaskInput.read(console, List.of(files));
  }

  private Path write(String name, String text) throws Exception {
    return Files.writeString(dir.resolve(name), text);
  }

  private static String named(String name) {
    return "{\"kind\":\"noop\",\"name\":\"" + name + "\"}";
  }
}
