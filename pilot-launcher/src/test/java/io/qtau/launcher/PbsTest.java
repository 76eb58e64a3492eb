package io.qtau.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.launcher.AllocationState.Phase;
import io.qtau.protocol.InvalidField;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Outputs are those of OpenPBS 23.06.06, and of Slurm's commands of the same names. */
class PbsTest {
  private final Pbs openPbs = new Pbs(ended(0, "pbs_version = 23.06.06\n", ""));
  private final Pbs torque = new Pbs(ended(2, "", "Unknown option: version\n"));

  private static PilotRequestBuilder request() {
    return Requests.on("pbs://localhost").nodes(2);
  }

  @Test
  void wishesBecomeArgumentsOfQsub() {
    PilotRequest wanted =
        request()
            .cores(4)
            .gpus(1)
            .walltime(Duration.ofMinutes(90))
            .queue("debug")
            .project("m4408")
            .schedulerOption("#PBS -m abe")
            .build();
    assertThat(openPbs.submit(wanted, "/d p"))
        .startsWith("env", "--chdir=/d p", "qsub", "-N", "qtau-p1")
        .containsSubsequence("-l", "select=2:ncpus=4:ngpus=1:mpiprocs=1", "-l", "place=scatter")
        .containsSubsequence("-l", "walltime=01:30:00", "-q", "debug", "-A", "m4408")
        .endsWith("-m", "abe", "pbs.sh");
    assertThat(torque.submit(wanted, "/d"))
        .containsSubsequence("-l", "nodes=2:ppn=4:gpus=1", "-l", "walltime=01:30:00");
  }

  @Test
  void aReservationIsAQueueOfItsOwn() {
    assertThat(openPbs.submit(request().reservation("R17").build(), "/d"))
        .containsSubsequence("-q", "R17");
    assertThatThrownBy(
            () -> openPbs.submit(request().reservation("R17").queue("debug").build(), "/d"))
        .isInstanceOf(InvalidField.class)
        .hasMessageContaining("'debug' is one too many");
  }

  @Test
  void withoutANumberOfCoresItIsTheWholeNode() {
    assertThat(openPbs.submit(request().build(), "/d")).contains("place=scatter:excl");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a;b", "$(b)", "a'b"})
  void whatAWrapperWouldHandToAShellIsRefused(String value) {
    assertThatThrownBy(() -> openPbs.submit(request().queue(value).build(), "/d"))
        .isInstanceOf(InvalidField.class)
        .hasMessageStartingWith("queue: ");
  }

  @Test
  void whatPbsHasNotIsRefused() {
    assertThatThrownBy(() -> openPbs.submit(request().qos("high").build(), "/d"))
        .isInstanceOf(InvalidField.class)
        .hasMessageStartingWith("qos: ");
  }

  @Test
  void theIdIsRead() throws Exception {
    assertThat(openPbs.submitted(ended(0, "0.pbs0\n", ""))).isEqualTo("0.pbs0");
    assertThat(torque.submitted(ended(0, "17\n", ""))).isEqualTo("17");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "170|qsub: Unknown queue|Unknown queue",
        "187|qsub: Unknown resource: nosuch|Unknown resource: nosuch",
        "188|qsub: Job violates queue and/or server resource limits"
            + "|Job violates queue and/or server resource limits",
        "1|qsub: script file:: No such file or directory|script file:: No such file or directory",
      })
  void aRefusalKeepsPbssWords(int code, String err, String words) {
    assertThatThrownBy(() -> openPbs.submitted(ended(code, "", err + "\n")))
        .isInstanceOf(Scheduler.NoAnswer.class)
        .hasMessage(words);
  }

  @Test
  void allocationsAreReadFromJson() throws Exception {
    assertThat(openPbs.query(List.of("0.pbs0", "1.pbs0")))
        .containsExactly("qstat", "-f", "-x", "-F", "json", "0.pbs0", "1.pbs0");
    assertThat(openPbs.answered(ended(0, file("openpbs-running.json"), "")))
        .containsExactly(Map.entry("0.pbs0", new AllocationState(Phase.RUNNING, null)));
    assertThat(openPbs.answered(ended(0, file("openpbs-finished.json"), "")))
        .containsExactly(
            Map.entry(
                "0.pbs0",
                new AllocationState(
                    Phase.FAILED,
                    "Job run at Sun Nov 22 at 09:53 on (pbs0:ncpus=2)+(pbs1:ncpus=2) and failed:"
                        + " exit status 3")));
  }

  @Test
  void anUnknownIdIsLeftOut() throws Exception {
    String out = "{\"timestamp\": 1795341231, \"pbs_version\": \"23.06.06\"}";
    assertThat(openPbs.answered(ended(153, out, "qstat: Unknown Job Id 999.pbs0\n"))).isEmpty();
    assertThat(torque.answered(ended(153, "", ""))).isEmpty();
  }

  @Test
  void aServerThatIsAwayIsNoAnswer() {
    assertThatThrownBy(
            () ->
                openPbs.answered(
                    ended(
                        255,
                        "",
                        "Connection refused\nqstat: cannot connect to server pbs0 (errno=15010)\n")))
        .isInstanceOf(Scheduler.NoAnswer.class)
        .hasMessageContaining("cannot connect to server");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "Q|-|Not Running: Insufficient amount of resource: ncpus (R: 4 A: 2 T: 4)|PENDING"
            + "|Not Running: Insufficient amount of resource: ncpus (R: 4 A: 2 T: 4)",
        "H|-|-|PENDING|held",
        "W|-|-|PENDING|-",
        "R|-|-|RUNNING|-",
        "E|-|-|RUNNING|-",
        "B|-|-|RUNNING|-",
        "S|-|-|RUNNING|suspended",
        "F|0|Job run and finished|DONE|-",
        "F|-29|Job run and exceeded resource walltime|DONE|its walltime is over",
        "F|271|Job run and terminated by lab@pbs0|CANCELED|Job run and terminated by lab@pbs0",
        "F|254|-|FAILED|exit status 254",
        "F|-|-|LOST|-",
        "Y|-|-|UNKNOWN|PBS says Y",
      })
  void everyStateIsRead(String state, String exit, String comment, Phase phase, String reason)
      throws Exception {
    String out =
        "{\"Jobs\":{\"1.pbs0\":{\"job_state\":\"%s\"%s%s}}}"
            .formatted(
                state,
                exit == null ? "" : ",\"Exit_status\":" + exit,
                comment == null ? "" : ",\"comment\":\"" + comment + "\"");
    assertThat(openPbs.answered(ended(0, out, "")))
        .containsExactly(Map.entry("1.pbs0", new AllocationState(phase, reason)));
  }

  @Test
  void allocationsAreReadFromText() throws Exception {
    assertThat(torque.answered(ended(0, file("torque-wrapper.txt"), "")))
        .containsExactly(Map.entry("14", new AllocationState(Phase.LOST, null)));
    assertThat(torque.answered(ended(0, file("openpbs-running.txt"), "")))
        .containsExactly(Map.entry("0.pbs0", new AllocationState(Phase.RUNNING, null)));
  }

  @Test
  void aValueThatLooksLikeAnAttributeIsNone() throws Exception {
    String out = "Job Id: 1.s\n    job_state = R\n    Variable_List = A=b\n\tjob_state = C\n\n";
    assertThat(torque.answered(ended(0, out, "")).get("1.s").phase()).isEqualTo(Phase.RUNNING);
  }

  private static String file(String name) throws IOException {
    try (InputStream in = PbsTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Host.Ended ended(int code, String out, String err) {
    return new Host.Ended(code, out, err);
  }
}
