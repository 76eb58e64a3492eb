package io.qtau.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagedFilesTest {
  @TempDir Path dir;

  private StagedFiles files(String content) throws IOException {
    Path jar = Files.writeString(dir.resolve("x.jar"), content);
    Path program = Files.writeString(dir.resolve("java"), "#!");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    String deep = "d/".repeat(60) + "x";
    return StagedFiles.of(Map.of("lib/x.jar", jar, "java/bin/java", program, deep, jar));
  }

  @Test
  void theNameSaysWhatIsInIt() throws IOException {
    String hash = files("one").hash();
    assertThat(hash).matches("[0-9a-f]{64}");
    assertThat(files("one").hash()).isEqualTo(hash);
    assertThat(files("two").hash()).isNotEqualTo(hash);
  }

  @Test
  void tarAndSha256sumUnderstandTheArchive() throws Exception {
    Path archive = dir.resolve("a.tar");
    try (var out = Files.newOutputStream(archive)) {
      files("x".repeat(1000)).archive(out);
    }
    Path to = Files.createDirectory(dir.resolve("to"));
    assertThat(run("tar", "-xf", archive.toString(), "-C", to.toString())).isZero();
    assertThat(run("sh", "-c", "cd \"$1\" && sha256sum -c SHA256SUMS", "x", to.toString()))
        .isZero();
    assertThat(to.resolve("lib/x.jar")).hasContent("x".repeat(1000));
    assertThat(Files.isExecutable(to.resolve("java/bin/java"))).isTrue();
    assertThat(Files.isExecutable(to.resolve("lib/x.jar"))).isFalse();
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  @Test
  void theCommandForAnotherHostNamesNoFileOfThisOne() throws IOException {
    Path jar = Files.writeString(dir.resolve("x.jar"), "");
    AgentRuntime runtime =
        AgentRuntime.of(
            List.of(
                "/here/java",
                "-Xmx512m",
                "-XX:SharedArchiveFile=/here/qtau.jsa",
                "-Xlog:disable",
                "-Dqtau.cds=/here/qtau.jsa",
                "-Dx=y",
                "-cp",
                jar.toString()));
    assertThat(runtime.javaCommand("java", "/there"))
        .containsExactly("java", "-Xmx512m", "-Dx=y", "-cp", "/there/lib/*");
    assertThatThrownBy(() -> AgentRuntime.of(List.of("java", "-cp", dir.toString())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(dir.toString());
  }

  @Test
  void ofTheClassPathOfAProgramOnlyWhatTheAgentNeedsIsBrought() throws IOException {
    Path agent = dir.resolve("qtau-pilot-agent-1.jar");
    try (var jar = new JarOutputStream(Files.newOutputStream(agent))) {
      jar.putNextEntry(new ZipEntry("io/qtau/agent/class-path"));
      jar.write("lib/x.jar:lib/y.jar".getBytes(StandardCharsets.UTF_8));
    }
    Path x = Files.writeString(dir.resolve("x.jar"), "");
    Path other = Files.writeString(dir.resolve("other.jar"), "");
    Path classes = Files.createDirectory(dir.resolve("classes"));
    assertThatThrownBy(() -> runtime(classes, other, agent, x))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("[lib/y.jar]");
    Path y = Files.writeString(dir.resolve("y.jar"), "");
    assertThat(runtime(classes, other, agent, x, y).jars()).containsExactly(agent, x, y);
  }

  private static AgentRuntime runtime(Path... classPath) throws IOException {
    String entries = Arrays.stream(classPath).map(Path::toString).collect(Collectors.joining(":"));
    return AgentRuntime.of(List.of("java", "-cp", entries));
  }

  @Test
  void aClassPathHoldsWhereverTheAgentStarts() {
    assertThat(JavaCommand.absolute("lib/x.jar:/y.jar:"))
        .isEqualTo(
            Path.of("lib/x.jar").toAbsolutePath() + ":/y.jar:" + Path.of("").toAbsolutePath());
  }
}
