package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qtau.protocol.MpiFacts;
import io.qtau.protocol.MpiLauncher;
import io.qtau.protocol.MpiLayout;
import io.qtau.protocol.MpiPlugin;
import io.qtau.protocol.MpiProgram;
import io.qtau.protocol.Payload;
import io.qtau.protocol.PythonEnvironment;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** MPI programs, compiled from their sources with either MPI. */
final class MpiPrograms {
  /** The two that are there, by the ends of their compilers' names. */
  static final List<String> LIBRARIES = List.of("openmpi", "mpich");

  private static final Path SOURCES = Path.of("src/test/resources/mpi").toAbsolutePath();
  private static final Path STATE_VECTOR =
      Path.of("../examples/mpi/state_vector.py").toAbsolutePath().normalize();

  /** Where ranks find their number, by their launcher. */
  private static final List<String> RANKS =
      List.of("OMPI_COMM_WORLD_RANK", "PMI_RANK", "SLURM_PROCID");

  /** What has no line's end is kept until there is one. */
  private static final String EATS =
      """
      if [ "${OMPI_COMM_WORLD_RANK:-$PMI_RANK}" = "$1" ]; then
        (head -c 300M /dev/zero; exec sleep 60) | tail
      else
        sleep 60
      fi
      """;

  private static final String SEES =
      "echo $CUDA_VISIBLE_DEVICES/$ROCR_VISIBLE_DEVICES/$HIP_VISIBLE_DEVICES/$ZE_AFFINITY_MASK";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;

  MpiPrograms(Path directory) {
    this.directory = directory;
  }

  /** One of the sources, compiled with one of the libraries. */
  synchronized String program(String name, String library) throws Exception {
    Path program = directory.resolve(name + "." + library);
    if (!Files.exists(program)) {
      Process compiler =
          new ProcessBuilder(
                  "mpicc." + library,
                  "-O1",
                  "-o",
                  program.toString(),
                  SOURCES.resolve(name + ".c").toString())
              .inheritIO()
              .start();
      assertThat(compiler.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(compiler.exitValue()).as("mpicc." + library).isZero();
    }
    return program.toString();
  }

  /** A task that runs one of them. */
  TaskDescription.Builder task(MpiLayout layout, String library, String name, String... arguments)
      throws Exception {
    return task(layout, MpiLauncher.AUTO, Map.of(), argv(program(name, library), arguments));
  }

  static TaskDescription.Builder task(
      MpiLayout layout, MpiLauncher launcher, Map<String, String> env, List<String> argv) {
    return TaskDescription.of(
        new Payload.Mpi(layout, new MpiProgram.Binary(argv, env), null, launcher, null));
  }

  /** A task whose owner says how its ranks find each other. */
  static TaskDescription.Builder task(MpiLayout layout, MpiPlugin plugin, List<String> argv) {
    return TaskDescription.of(
        new Payload.Mpi(
            layout, new MpiProgram.Binary(argv, Map.of()), null, MpiLauncher.AUTO, plugin));
  }

  /** A task whose ranks say which GPUs they see. */
  static TaskDescription.Builder gpus(MpiLayout layout, MpiPlugin plugin) {
    return task(layout, plugin, List.of("sh", "-c", SEES));
  }

  /** A task whose ranks wait, one of them with 300 MiB of memory. */
  static TaskDescription.Builder eats(MpiLayout layout, MpiPlugin plugin, int rank, Path files) {
    return task(
        layout, plugin, List.of("sh", "-c", EATS, files.toString(), Integer.toString(rank)));
  }

  /** What each rank wrote. */
  static List<String> said(TaskResult result) {
    return facts(result).output().stream().map(one -> one.stdout().text().strip()).toList();
  }

  static List<String> argv(String program, String... arguments) {
    List<String> argv = new ArrayList<>(List.of(program));
    argv.addAll(Arrays.asList(arguments));
    return argv;
  }

  /** A task that runs the distributed state vector with the system's Python. */
  static TaskDescription.Builder stateVector(MpiLayout layout) {
    return TaskDescription.of(
        new Payload.Mpi(
            layout,
            new MpiProgram.Script(
                STATE_VECTOR.toString(), List.of(), new PythonEnvironment.Existing("/usr")),
            null,
            MpiLauncher.AUTO,
            null));
  }

  static void assertStateVector(TaskResult result, int ranks) throws Exception {
    assertSuccess(result);
    JsonNode said = JSON.readTree(facts(result).output().get(0).stdout().text());
    assertThat(said.get("ranks").asInt()).isEqualTo(ranks);
    assertThat(said.get("norm").asDouble()).isEqualTo(1);
    assertThat(said.get("zz").asDouble()).isEqualTo(1);
  }

  static MpiFacts facts(TaskResult result) {
    return Objects.requireNonNull(result.mpi(), () -> "no facts: " + result.error());
  }

  static void assertSuccess(TaskResult result) {
    assertThat(result.succeeded())
        .as("%s %s %s", result.error(), result.stdout(), result.stderr())
        .isTrue();
  }

  /** Waits until so many ranks of {@code wait} run; their process ids. */
  static List<Long> awaitWaiting(Path files, int ranks) throws IOException {
    Awaitility.await(ranks + " ranks have begun")
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> pids(files).size() == ranks);
    return pids(files);
  }

  private static List<Long> pids(Path files) throws IOException {
    List<Long> pids = new ArrayList<>();
    try (Stream<Path> ranks = Files.list(files)) {
      for (Path rank : ranks.sorted().toList()) {
        String pid = Files.readString(rank).strip();
        if (!pid.isEmpty()) {
          pids.add(Long.parseLong(pid));
        }
      }
    }
    return pids;
  }

  /**
   * Kills a rank that waits, whatever its machine knows it by: not the shell that it was started
   * by.
   */
  static void killWaiting(Path files, int rank) {
    List<Long> found =
        ProcessHandle.allProcesses()
            .filter(one -> one.info().commandLine().orElse("").contains(files.toString()))
            .filter(one -> one.info().command().orElse("").contains("/wait."))
            .map(ProcessHandle::pid)
            .filter(pid -> RANKS.stream().anyMatch(name -> hasVariable(pid, name + "=" + rank)))
            .toList();
    assertThat(found).as("processes of rank " + rank).hasSize(1);
    Commands.kill(found.get(0));
  }

  private static boolean hasVariable(long pid, String variable) {
    try {
      Path environment = Path.of("/proc", Long.toString(pid), "environ");
      String all = Files.readString(environment, StandardCharsets.ISO_8859_1);
      return List.of(all.split("\0", -1)).contains(variable);
    } catch (IOException gone) {
      return false;
    }
  }

  /** Waits until no process names something below a directory, for less than five seconds. */
  static void awaitGone(Path directory) {
    Awaitility.await("all ranks are gone")
        .atMost(5, TimeUnit.SECONDS)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(processes(directory)).isEmpty());
  }

  /** The command lines of living processes that name something below a directory. */
  static List<String> processes(Path directory) {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(line -> line.contains(directory.toString()))
        .toList();
  }
}
