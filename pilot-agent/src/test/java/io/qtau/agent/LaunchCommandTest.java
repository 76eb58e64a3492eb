package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.protocol.MpiLayout;
import io.qtau.protocol.MpiPlugin;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchCommandTest {
  private static final MpiNode FIRST =
      new MpiNode("p.0", "node1", List.of(2, 3), List.of("0", "1"), true);
  private static final MpiNode SECOND =
      new MpiNode("p.1", "node2", List.of(0, 1), List.of("0", "1"), true);
  private static final List<String> PROGRAM = List.of("./a b", "$(x)");

  @TempDir Path directory;

  private static RankCommand ranks(RankCommand.Way way, MpiNode... nodes) {
    return new RankCommand(way, "nonce", new MpiLayout(2 * nodes.length, 2, 1, 1), List.of(nodes));
  }

  @Test
  void openMpiOnOneNode() {
    LaunchCommand command =
        LaunchCommand.openMpi(
            Path.of("/bin/mpirun"),
            ranks(RankCommand.Way.OPEN_MPI, FIRST),
            PROGRAM,
            Set.of(),
            null);
    assertThat(command.argv())
        .startsWith("/bin/mpirun", "--tag-output", "--bind-to", "none", "--oversubscribe")
        .containsSubsequence("-np", "2", "sh", "-c")
        .endsWith(
            "qtau-rank",
            "OMPI_COMM_WORLD_RANK",
            "nonce",
            "2;3",
            "0;1",
            "0",
            "9999",
            "./a b",
            "$(x)")
        .doesNotContain("--host");
    assertThat(command.environment())
        .containsEntry("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")
        .doesNotContainKey("OMPI_MCA_mpi_yield_when_idle");
  }

  @Test
  void ranksWithoutCoresOfTheirOwnYield() {
    MpiNode unbound = new MpiNode("p.0", "node1", List.of(), List.of(), false);
    LaunchCommand command =
        LaunchCommand.openMpi(
            Path.of("/bin/mpirun"),
            ranks(RankCommand.Way.OPEN_MPI, unbound),
            PROGRAM,
            Set.of(),
            null);
    assertThat(command.argv()).endsWith("nonce", "", "", "0", "9999", "./a b", "$(x)");
    assertThat(command.environment()).containsEntry("OMPI_MCA_mpi_yield_when_idle", "1");
  }

  @Test
  void aStepOfSlurmOnTwoNodes() {
    LaunchCommand command =
        LaunchCommand.srun(
            Path.of("/bin/srun"),
            MpiPlugin.PMI2,
            ranks(RankCommand.Way.SRUN, FIRST, SECOND),
            PROGRAM);
    assertThat(command.argv())
        .contains(
            "--overlap",
            "--mem=0",
            "--mpi=pmi2",
            "--nodes=2",
            "--nodelist=node1,node2",
            "--ntasks=4",
            "--ntasks-per-node=2",
            "--label")
        .endsWith("SLURM_PROCID", "nonce", "2;3;0;1", "0;1;0;1", "0", "9999", "./a b", "$(x)");
  }

  /** What each rank sees where the launcher's node would show it one of AMD's. */
  private static List<String> seen(MpiLayout layout, MpiNode... nodes) throws Exception {
    String looks =
        "echo $CUDA_VISIBLE_DEVICES/$ROCR_VISIBLE_DEVICES/$HIP_VISIBLE_DEVICES/$ZE_AFFINITY_MASK";
    RankCommand ranks = new RankCommand(RankCommand.Way.SRUN, "nonce", layout, List.of(nodes));
    List<String> seen = new ArrayList<>();
    for (int rank = 0; rank < layout.ranks(); rank++) {
      ProcessBuilder start = new ProcessBuilder(ranks.argv(List.of("sh", "-c", looks)));
      start.environment().put("SLURM_PROCID", Integer.toString(rank));
      start.environment().put("HIP_VISIBLE_DEVICES", "3");
      Process process = start.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      seen.add(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
    }
    return seen;
  }

  @Test
  void aRankSeesItsOwnGpusAlone() throws Exception {
    List<String> ids = List.of("2", "3", "4", "GPU-a");
    MpiNode node = new MpiNode("p.0", "node1", List.of(), ids, true);
    assertThat(seen(new MpiLayout(2, 2, 1, 2), node))
        .containsExactly("2,3/2,3/0,1/2,3", "4,GPU-a/4,GPU-a/0,1/9999");
  }

  @Test
  void aRankWithoutGpusSeesNoneOfAnyNodeThatHasSome() throws Exception {
    MpiNode without = new MpiNode("p.0", "node1", List.of(), List.of(), false);
    MpiNode with = new MpiNode("p.1", "node2", List.of(), List.of(), true);
    assertThat(seen(new MpiLayout(4, 2, 1, 0), without, with))
        .containsExactly("//3/", "//3/", "///9999", "///9999");
  }

  @Test
  void whatDescribesTheAgentsOwnStepDoesNotReachTheLauncher() {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "SLURM_JOB_ID", "7",
                "SLURM_CONF", "/c",
                "SLURM_STEP_ID", "0",
                "SLURMD_NODENAME", "n",
                "PMI_RANK", "3",
                "OMPI_COMM_WORLD_RANK", "3",
                "OMPI_MCA_btl_tcp_if_include", "lo",
                "PATH", "/bin"));
    LaunchEnvironment.clean(environment);
    assertThat(environment)
        .containsOnlyKeys("SLURM_JOB_ID", "SLURM_CONF", "OMPI_MCA_btl_tcp_if_include", "PATH");
  }

  @Test
  void aLauncherIsKnownByItsNameOrByWhatItSaysOfItself() throws Exception {
    Map<String, String> environment = Map.of("PATH", directory.toString());
    MpiLaunchers none = new MpiLaunchers(environment);
    program("mpirun", "echo 'Usage: mpirun of a batch system'");
    assertThat(none.of(MpiLibrary.OPEN_MPI)).isEmpty();
    assertThat(none.of(MpiLibrary.MPICH)).isEmpty();
    Path mpiexec = program("mpiexec", "echo 'HYDRA build details: Version: 4.0.2'");
    assertThat(new MpiLaunchers(environment).of(MpiLibrary.MPICH)).contains(mpiexec);
    assertThat(new MpiLaunchers(environment).of(MpiLibrary.OPEN_MPI)).isEmpty();
    Path own = program("mpirun.openmpi", "exit 1");
    assertThat(new MpiLaunchers(environment).of(MpiLibrary.OPEN_MPI)).contains(own);
  }

  private Path program(String name, String text) throws Exception {
    Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + text + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
