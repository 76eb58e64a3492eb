package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.protocol.MpiLauncher;
import io.qtau.protocol.MpiLayout;
import io.qtau.protocol.MpiPlugin;
import io.qtau.protocol.MpiProgram;
import io.qtau.protocol.Payload;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskId;
import io.qtau.protocol.TaskKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is decided of an MPI program, on nodes that have this and that. */
class MpiPlannerTest {
  private static final MpiNode NODE = new MpiNode("p.0", "node1", List.of(), List.of(), false);

  @TempDir Path bin;
  private final Map<String, String> more = new HashMap<>();

  private Path program(String name, String text) throws Exception {
    Path file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + text + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private MpiPlan plan(MpiLauncher launcher, @Nullable MpiPlugin plugin, MpiNode... nodes)
      throws Exception {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("PATH", bin.toString());
    MpiLayout layout = new MpiLayout(2 * nodes.length, 2, 1, 0);
    Payload.Mpi mpi =
        new Payload.Mpi(
            layout,
            new MpiProgram.Binary(List.of("solver"), Map.of("A", "b")),
            null,
            launcher,
            plugin);
    Execution execution =
        new Execution(
            new TaskKey(new SessionName("s"), new TaskId("t")),
            1,
            TaskDescription.of(mpi).build(),
            bin,
            bin,
            new Slots(2000, List.of(), List.of(), 0, Map.of()));
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    try {
      ProcessTree tree = new ProcessTree(timer, "0123abcd");
      return new MpiPlanner(environment, new Environments(environment, tree, timer))
          .plan(
              execution,
              bin,
              new WholeGang(
                  "mark", List.of(nodes), 0, () -> bin.resolve("remote"), () -> timer.shutdown()));
    } finally {
      timer.shutdown();
    }
  }

  @Test
  void withoutALauncherItIsToldWhatWasLookedFor() throws Exception {
    assertThatThrownBy(() -> plan(MpiLauncher.AUTO, null, NODE))
        .isInstanceOf(MpiRefused.class)
        .hasMessageContaining("'solver' is not on the PATH");
    program("solver", "");
    assertThatThrownBy(() -> plan(MpiLauncher.AUTO, MpiPlugin.PMI2, NODE))
        .isInstanceOf(MpiRefused.class)
        .hasMessageContaining("mpiexec.mpich")
        .hasMessageContaining("pilot start --module")
        .extracting(e -> ((MpiRefused) e).type())
        .isEqualTo("MissingLauncher");
  }

  @Test
  void theLauncherIsTheProgramsOwn() throws Exception {
    program("solver", "");
    program("mpirun.openmpi", "");
    program("mpiexec.mpich", "");
    program("ldd", "/usr/bin/echo '  libmpich.so.12 => /lib/libmpich.so.12 (0x1)'");
    MpiPlan plan = plan(MpiLauncher.AUTO, null, NODE);
    assertThat(plan.launcher()).isEqualTo("mpiexec.mpich");
    assertThat(plan.library()).isEqualTo(MpiLibrary.MPICH);
    assertThat(plan.notes()).isEmpty();
    assertThat(plan.variables())
        .containsEntry("A", "b")
        .containsEntry("OMP_NUM_THREADS", "1")
        .containsEntry("QTAU_TASK_ID", "t");
    assertThatThrownBy(() -> plan(MpiLauncher.AUTO, MpiPlugin.PMIX, NODE))
        .isInstanceOf(MpiRefused.class)
        .hasMessageContaining("linked with MPICH (libmpich.so.12)");
  }

  @Test
  void srunIsForSeveralNodesOfAnAllocation() throws Exception {
    program("solver", "");
    program("srun", "");
    program("mpirun.openmpi", "");
    MpiNode other = new MpiNode("p.1", "node2", List.of(), List.of(), false);
    assertThat(plan(MpiLauncher.AUTO, null, NODE, other).launcher()).isEqualTo("mpirun.openmpi");
    more.put("SLURM_JOB_ID", "7");
    more.put("SLURM_PROCID", "0");
    assertThat(plan(MpiLauncher.AUTO, null, NODE, other).launcher()).isEqualTo("srun");
    assertThat(plan(MpiLauncher.AUTO, null, NODE, other).plugin()).isEqualTo(MpiPlugin.PMIX);
    assertThat(plan(MpiLauncher.MPIRUN, null, NODE, other).command().argv())
        .containsSubsequence("--host", "node1:2,node2:2")
        .containsSubsequence("-x", "A");
    assertThat(plan(MpiLauncher.AUTO, null, NODE).launcher())
        .as("on one node")
        .isEqualTo("mpirun.openmpi");
  }

  @Test
  void hostsThatCallThemselvesAlikeAreNotTwo() throws Exception {
    program("solver", "");
    program("mpirun.openmpi", "");
    MpiNode same = new MpiNode("p.1", "node1", List.of(), List.of(), false);
    assertThatThrownBy(() -> plan(MpiLauncher.AUTO, null, NODE, same))
        .isInstanceOf(MpiRefused.class)
        .hasMessageContaining("p.0 and p.1 are both on a host that calls itself node1");
  }
}
