package io.qtau.templates;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplatesTest {
  private static final Set<Templates> PLAIN =
      EnumSet.of(Templates.PILOT, Templates.AGENTS, Templates.RUNTIME);

  @TempDir Path dir;

  @Test
  void everyScriptIsStatic() {
    for (Templates template : Templates.values()) {
      assertThat(template.text())
          .startsWith(PLAIN.contains(template) ? "#!/bin/sh\n" : "#!/bin/bash\n")
          .contains("set -eu")
          .doesNotContain("@@");
    }
  }

  @Test
  void pilotScriptRecordsThePidOfTheCommandThatItBecomes() throws Exception {
    Path pilot = Files.createDirectory(dir.resolve("a pilot's \"dir\" $HOME"));
    assertThat(run(pilot.toString(), "sh", "-c", "echo $$; pwd; echo \"$1\" >&2", "x", "a  b;$c"))
        .isZero();

    List<String> out = Files.readAllLines(pilot.resolve("stdout"));
    assertThat(out.get(0)).isEqualTo(Files.readString(pilot.resolve("pid")).strip());
    assertThat(Path.of(out.get(1)).toRealPath()).isEqualTo(pilot.toRealPath());
    assertThat(pilot.resolve("stderr")).hasContent("a  b;$c");
  }

  @Test
  void pilotScriptWithoutACommandIsRefused() throws Exception {
    assertThat(run(dir.toString())).isEqualTo(2);
  }

  @Test
  void pilotScriptWithoutItsDirectoryStartsNothing() throws Exception {
    assertThat(run(dir.resolve("none").toString(), "touch", dir.resolve("ran").toString()))
        .isNotZero();
    assertThat(dir.resolve("ran")).doesNotExist();
  }

  private int run(String... arguments) throws Exception {
    Path script = Files.writeString(dir.resolve("script"), Templates.PILOT.text());
    var command = new java.util.ArrayList<>(List.of("/bin/sh", script.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
