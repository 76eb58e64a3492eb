package io.qtau.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.launcher.AllocationState.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Outputs are those of Slurm 22.05.8. */
class SlurmTest {
  private final Slurm slurm = new Slurm();

  private static PilotRequestBuilder request() {
    return Requests.on("slurm://localhost");
  }

  @Test
  void wishesBecomeArgumentsOfSbatch() {
    List<String> argv =
        slurm.submit(
            request()
                .nodes(4)
                .cores(24)
                .gpus(4)
                .queue("debug")
                .walltime(Duration.ofMinutes(30))
                .project("m4408")
                .qos("premium")
                .reservation("maintenance")
                .constraint("gpu&a100")
                .schedulerOption("#SBATCH --gpu-bind=none")
                .build(),
            "/d/p1");
    assertThat(argv)
        .startsWith("sbatch", "--parsable")
        .contains("--nodes=4", "--ntasks-per-node=1", "--cpus-per-task=24", "--gpus-per-node=4")
        .contains("--partition=debug", "--time=30", "--account=m4408", "--constraint=gpu&a100")
        .contains("--qos=premium", "--reservation=maintenance")
        .contains("--signal=B:TERM@60")
        .doesNotContain("--exclusive")
        .endsWith("--gpu-bind=none", "/d/p1/slurm.sh", "/d/p1");
  }

  @Test
  void withoutANumberOfCoresItIsTheWholeNode() {
    assertThat(slurm.submit(request().build(), "/d")).contains("--exclusive", "--mem=0");
    assertThat(slurm.submit(request().schedulerOption("--mem=8G").build(), "/d"))
        .contains("--exclusive", "--mem=8G")
        .doesNotContain("--mem=0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"#SBATCH --ntasks-per-node=4", "-n4", "-c 2", "--cpus-per-task 2"})
  void whoSaysHowTasksLieOnNodesIsLeftToIt(String option) {
    assertThat(slurm.submit(request().cores(2).schedulerOption(option).build(), "/d"))
        .doesNotContain("--ntasks-per-node=1", "--cpus-per-task=2");
  }

  @Test
  void aShortAllocationDoesNotBeginWithItsFarewell() {
    var minute = request().walltime(Duration.ofMinutes(1)).build();
    assertThat(slurm.submit(minute, "/d")).contains("--signal=B:TERM@6");
  }

  @Test
  void aDirectoryIsNoPattern() {
    assertThat(slurm.submit(request().build(), "/a %j\\b"))
        .contains("--output=/a \\%j\\\\b/allocation.out", "--chdir=/a %j\\b");
  }

  @Test
  void theIdIsReadWithAndWithoutACluster() throws Exception {
    assertThat(slurm.submitted(out("17\n"))).isEqualTo("17");
    assertThat(slurm.submitted(out("a word of the site\n17;lab\n"))).isEqualTo("17");
    assertThatThrownBy(() -> slurm.submitted(out(""))).isInstanceOf(Scheduler.NoAnswer.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sbatch: error: invalid partition specified: nosuch"
            + "\\nsbatch: error: Batch job submission failed: Invalid partition name specified"
            + "|invalid partition specified: nosuch"
            + "\\nBatch job submission failed: Invalid partition name specified",
        "sbatch: error: Batch job submission failed: Node count specification invalid"
            + "|Batch job submission failed: Node count specification invalid",
        "sbatch: error: Batch job submission failed: Invalid account or account/partition"
            + " combination specified|Batch job submission failed: Invalid account or"
            + " account/partition combination specified",
        "sbatch: unrecognized option '--nosuch'\\nTry \"sbatch --help\" for more information"
            + "|unrecognized option '--nosuch'\\nTry \"sbatch --help\" for more information",
      })
  void aRefusalKeepsSlurmsWords(String err, String words) {
    assertThatThrownBy(
            () -> slurm.submitted(new Host.Ended(1, "", err.replace("\\n", "\n") + "\n")))
        .isInstanceOf(Scheduler.NoAnswer.class)
        .hasMessage(words.replace("\\n", "\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      nullValues = "-",
      value = {
        "PENDING|Resources; PENDING; Resources",
        "PENDING|PartitionConfig; PENDING; PartitionConfig",
        "PENDING|None; PENDING; -",
        "CONFIGURING|None; PENDING; -",
        "RUNNING|None; RUNNING; -",
        "COMPLETING|None; RUNNING; -",
        "SUSPENDED|None; RUNNING; SUSPENDED",
        "COMPLETED|None; DONE; -",
        "TIMEOUT|TimeLimit; DONE; its walltime is over",
        "CANCELLED|None; CANCELED; CANCELLED",
        "CANCELLED|Resources; CANCELED; CANCELLED: Resources",
        "FAILED|NonZeroExitCode; FAILED; FAILED: NonZeroExitCode",
        "FAILED|JobLaunchFailure; FAILED; FAILED: JobLaunchFailure",
        "OUT_OF_MEMORY|OutOfMemory; FAILED; OUT_OF_MEMORY: OutOfMemory",
        "NODE_FAIL|None; LOST; NODE_FAIL",
        "PREEMPTED|None; LOST; PREEMPTED",
        "SPECIAL_EXIT|launch failed | requeued; UNKNOWN; Slurm says SPECIAL_EXIT: launch failed"
            + " | requeued",
      })
  void everyStateIsRead(String line, Phase phase, String reason) throws Exception {
    assertThat(slurm.answered(out("7|" + line + "\n")))
        .containsExactly(Map.entry("7", new AllocationState(phase, reason)));
  }

  @Test
  void manyAreAskedAtOnceAndUnknownOnesAreLeftOut() throws Exception {
    assertThat(slurm.query(List.of("1", "999"))).endsWith("--jobs=1,999");
    assertThat(slurm.answered(out("1|COMPLETED|None\n3|RUNNING|None\n")))
        .containsOnlyKeys("1", "3");
    assertThat(slurm.answered(out(""))).isEmpty();
    assertThat(
            slurm.answered(
                new Host.Ended(1, "", "slurm_load_jobs error: Invalid job id specified\n")))
        .isEmpty();
  }

  @Test
  void aControllerThatIsAwayIsNoAnswer() {
    String words = "slurm_load_jobs error: Unable to contact slurm controller (connect failure)";
    assertThatThrownBy(() -> slurm.answered(new Host.Ended(1, "", words + "\n")))
        .isInstanceOf(Scheduler.NoAnswer.class)
        .hasMessage(words);
  }

  @Test
  void theHistoryIsAnOpinionAndNoMore() {
    assertThat(slurm.remembered(out("7|CANCELLED by 1000|0:15\n8|COMPLETED|0:0\n")))
        .containsEntry(
            "7", new AllocationState(Phase.CANCELED, "CANCELLED by 1000: exit code 0:15"))
        .containsEntry("8", new AllocationState(Phase.DONE, null));
    assertThat(slurm.remembered(new Host.Ended(1, "", "Slurm accounting storage is disabled\n")))
        .isEmpty();
  }

  private static Host.Ended out(String out) {
    return new Host.Ended(0, out, "");
  }
}
