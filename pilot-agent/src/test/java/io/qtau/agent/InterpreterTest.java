package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterpreterTest {
  @TempDir Path home;

  private Path environment(String place) throws IOException {
    Path bin = Files.createDirectories(home.resolve(place).resolve("bin"));
    return Files.createFile(
        bin.resolve("python"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  @Test
  void aPathNamesACondaOrVirtualEnvironment() throws Exception {
    Path python = environment("some/venv");
    assertThat(Interpreter.of(home.resolve("some/venv").toString(), Map.of()))
        .isEqualTo(python.toString());
  }

  @Test
  void aNameIsLookedForWhereCondaKeepsEnvironments() throws Exception {
    Path named = environment("conda/envs/vqe");
    Path exe = home.resolve("conda/bin/conda");
    assertThat(Interpreter.of("vqe", Map.of("CONDA_EXE", exe.toString())))
        .isEqualTo(named.toString());
    assertThat(Interpreter.of("vqe", Map.of("CONDA_PREFIX", home.resolve("conda").toString())))
        .isEqualTo(named.toString());
    Path own = environment("miniforge3/envs/own");
    assertThat(Interpreter.of("own", Map.of("HOME", home.toString()))).isEqualTo(own.toString());
  }

  @Test
  void directoriesOfEnvironmentsComeFirstAndCondasListLast() throws Exception {
    Path shared = environment("shared/envs/vqe");
    environment(".conda/envs/vqe");
    Path anywhere = environment("anywhere/cut");
    Files.writeString(
        home.resolve(".conda/environments.txt"),
        home.resolve("gone/cut") + "\n" + home.resolve("anywhere/cut") + "\n");
    Map<String, String> variables =
        Map.of(
            "HOME",
            home.toString(),
            "CONDA_ENVS_PATH",
            home.resolve("none") + "::" + home.resolve("shared/envs"));
    assertThat(Interpreter.of("vqe", variables)).isEqualTo(shared.toString());
    assertThat(Interpreter.of("cut", variables)).isEqualTo(anywhere.toString());
    assertThatThrownBy(() -> Interpreter.of("ut", variables)).isInstanceOf(IOException.class);
  }

  @Test
  void anEnvironmentThatIsNotThereIsToldWithTheSearchedPlaces() {
    assertThatThrownBy(() -> Interpreter.of("vqe", Map.of("HOME", home.toString())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'vqe'")
        .hasMessageContaining(home + "/miniconda3/envs/vqe");
  }
}
