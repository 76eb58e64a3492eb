package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.protocol.Isolation;
import io.qtau.protocol.Payload;
import io.qtau.protocol.PythonEnvironment;
import io.qtau.protocol.PythonRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Environments that are there, and some that pip makes from a directory of wheels. About 20 s. */
class EnvironmentsIT {
  @TempDir Path home;

  private static String make(Path root, PythonEnvironment wanted) throws Exception {
    ProcessTree tree = new ProcessTree(new ScheduledThreadPoolExecutor(1), "test");
    return new Environments(
            java.util.Map.of("QTAU_ENVIRONMENTS", root.toString()),
            tree,
            Executors.newCachedThreadPool())
        .interpreter(wanted)
        .get(120, TimeUnit.SECONDS);
  }

  @Test
  void requirementsBecomeAVirtualEnvironmentOnce() throws Exception {
    Path wheels = Files.createDirectory(home.resolve("wheels"));
    ProbeWheel.write(wheels, "1.0");
    PythonEnvironment wanted =
        new PythonEnvironment.Requirements(List.of("qtau-probe==1.0"), wheels.toString(), null);
    Path root = home.resolve("environments");
    String python = make(root, wanted);
    assertThat(python).startsWith(root.toString()).endsWith("/bin/python");
    long made =
        Files.getLastModifiedTime(Path.of(python).resolveSibling("../pyvenv.cfg")).toMillis();
    assertThat(make(root, wanted)).isEqualTo(python);
    assertThat(
            Files.getLastModifiedTime(Path.of(python).resolveSibling("../pyvenv.cfg")).toMillis())
        .isEqualTo(made);
    assertThat(value(python, "qtau_probe:version")).isEqualTo("1.0");
  }

  @Test
  void aRequirementThatIsNotThereIsToldInPipsWords() throws Exception {
    Path wheels = Files.createDirectory(home.resolve("wheels"));
    PythonEnvironment wanted =
        new PythonEnvironment.Requirements(List.of("qtau-probe==9.9"), wheels.toString(), null);
    assertThat(failure(wanted)).contains("qtau-probe==9.9", "exit code 1");
    assertThat(
            failure(
                new PythonEnvironment.Requirements(
                    List.of("x"), wheels.toString(), "no-such-python")))
        .contains("no-such-python");
    assertThat(failure(new PythonEnvironment.Existing("/nowhere")))
        .contains("/nowhere", "bin/python");
    assertThat(failure(new PythonEnvironment.Existing("no-such-env"))).contains("envs/no-such-env");
  }

  private String failure(PythonEnvironment wanted) throws Exception {
    try {
      return "it was made: " + make(home.resolve("environments"), wanted);
    } catch (java.util.concurrent.ExecutionException e) {
      return String.valueOf(e.getCause().getMessage());
    }
  }

  private String value(String python, String call) throws Exception {
    PythonEnvironment environment =
        new PythonEnvironment.Existing(Path.of(python).getParent().getParent().toString());
    try (PythonSite site = new PythonSite(home, PythonSite.NONE)) {
      Payload.Python task =
          Payload.Python.call(
              call, new PythonRuntime(environment, List.of(), Isolation.WARM, List.of()));
      return site.run(task).value().asText();
    }
  }
}
