package io.qtau.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.protocol.InvalidField;
import io.qtau.protocol.LeaveRules;
import io.qtau.protocol.WhenItEnds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a pilot can be asked for: by a builder, by options of a scheduler, by a file. */
class RequestTest {
  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "slrum://localhost|did you mean 'slurm'?",
        "local|is not a resource's URL",
        "://|known are local, ssh, slurm",
        "slurm://login|slurm://localhost or slurm+ssh://login",
        "local://far|local:// or ssh://far",
        "pbs+ssh://|needs a host",
      })
  void aWrongResourceIsToldWithWhatWouldBeRight(String url, String words) {
    assertThatThrownBy(() -> ResourceUrl.parse(url))
        .isInstanceOf(InvalidField.class)
        .hasMessageStartingWith("resource: ")
        .hasMessageContaining(words);
  }

  @Test
  void allResourcesAreRead() {
    assertThat(ResourceUrl.parse("local://")).isEqualTo(ResourceUrl.LOCAL);
    assertThat(ResourceUrl.parse("local://localhost")).isEqualTo(ResourceUrl.LOCAL);
    assertThat(ResourceUrl.parse("slurm://")).hasToString("slurm://localhost");
    assertThat(ResourceUrl.parse("ssh://me@h1,h2:22").rest()).isEqualTo("me@h1,h2:22");
    assertThat(ResourceUrl.parse("pbs+ssh://login").isBatch()).isTrue();
  }

  @Test
  void aValueThatCannotBeNamesItsField() {
    refuse("number_of_nodes", r -> r.nodes(0));
    refuse("cores_per_node", r -> r.cores(0));
    refuse("gpus_per_node", r -> r.gpus(-1));
    refuse("walltime", r -> r.walltime(Duration.ZERO));
    refuse("working_directory", r -> r.workingDirectory("here"));
    refuse("queue", r -> r.queue(""));
    refuse("conda_environment", r -> r.condaEnvironment("a\0b"));
  }

  private static void refuse(String field, UnaryOperator<PilotRequestBuilder> change) {
    assertThatThrownBy(() -> change.apply(Requests.on("slurm://localhost")).build())
        .isInstanceOf(InvalidField.class)
        .hasMessageStartingWith(field + ": ");
  }

  @Test
  void whatOnlyASchedulerKnowsIsRefusedElsewhere() {
    assertThatThrownBy(() -> Requests.on("local://").queue("debug").build())
        .hasMessage("queue: there is no scheduler on local://; leave it out");
    assertThatThrownBy(() -> Requests.on("local://").schedulerOption("--x").build())
        .hasMessageContaining("there is no scheduler on local://");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "#SBATCH --constraint=gpu|--constraint=gpu",
        "-C gpu|-C,gpu",
        "  --comment='a b'   -x|--comment=a b,-x",
        "--comment=\"a 'b' \\\" c\"|--comment=a 'b' \" c",
        "--comment=a\\ b|--comment=a b",
        "--comment=$(id);|--comment=$(id);",
        "--comment=''|--comment=",
      })
  void anOptionIsSplitAsAShellWouldAndNotExpanded(String line, String words) {
    assertThat(SchedulerOption.words(line, ResourceUrl.parse("slurm://localhost")))
        .containsExactly(words.split(","));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "gpu|is no option",
        "#PBS -q debug|that begins with #SBATCH",
        "# a comment|that begins with #SBATCH",
        "--comment='a|is not closed",
        "--array=1-3|would not submit one pilot",
        "--wrap=true|would not submit one pilot",
      })
  void anOptionThatIsNoneIsRefused(String line, String words) {
    assertThatThrownBy(() -> SchedulerOption.words(line, ResourceUrl.parse("slurm://localhost")))
        .isInstanceOf(InvalidField.class)
        .hasMessageStartingWith("scheduler_script_commands: ")
        .hasMessageContaining(words);
  }

  private Path file(String name, String content) throws Exception {
    return Files.writeString(dir.resolve(name), content);
  }

  @Test
  void aRequestIsReadFromYamlAndFromJson() throws Exception {
    Path yaml =
        file(
            "p.yaml",
            """
            resource: slurm://localhost
            name: big
            number_of_nodes: 4
            cores_per_node: 24
            gpus_per_node: 4
            queue: debug
            walltime: 30            # minutes
            project: "4408"
            qos: premium
            reservation: r17
            constraint: gpu&a100
            conda_environment: /path/to/conda env
            working_directory: /scratch/me
            modules: [python, cudatoolkit/12]
            setup_commands:
              - ulimit -c 0
            scheduler_script_commands:
              - "#SBATCH --gpu-bind=none"
            when_it_ends: to-shared
            idle_timeout: 90.5      # seconds
            own_pool_only: true
            """);
    PilotRequest fromYaml = complete(PilotFile.read(yaml));
    assertThat(fromYaml.nodes()).isEqualTo(4);
    assertThat(fromYaml.walltime()).isEqualTo(Duration.ofMinutes(30));
    assertThat(fromYaml.batch())
        .isEqualTo(
            new BatchOptions(
                "debug", "4408", "premium", "r17", "gpu&a100", List.of("--gpu-bind=none")));
    assertThat(fromYaml.leave()).isEqualTo(new LeaveRules(WhenItEnds.TO_SHARED, 90.5, null));
    assertThat(fromYaml.ownPoolOnly()).isTrue();
    assertThat(fromYaml.setup().modules()).containsExactly("python", "cudatoolkit/12");
    Path json =
        file(
            "p.json",
            """
            {"resource":"slurm://localhost","name":"big","number_of_nodes":4,"cores_per_node":24,
             "gpus_per_node":4,"queue":"debug","walltime":30,"project":"4408",
             "qos":"premium","reservation":"r17","constraint":"gpu&a100",
             "conda_environment":"/path/to/conda env","working_directory":"/scratch/me",
             "modules":["python","cudatoolkit/12"],"setup_commands":["ulimit -c 0"],
             "scheduler_script_commands":["#SBATCH --gpu-bind=none"],
             "when_it_ends":"to-shared","idle_timeout":90.5,"own_pool_only":true}
            """);
    assertThat(complete(PilotFile.read(json))).isEqualTo(fromYaml);
  }

  @Test
  void aTunnelNeedsSsh() throws Exception {
    Path far = file("far.yaml", "{resource: 'ssh://h', name: p, tunnel: true}");
    assertThat(complete(PilotFile.read(far)).tunnel()).isTrue();
    Path near = file("near.yaml", "{resource: 'slurm://', name: p, tunnel: true}");
    assertThatThrownBy(() -> complete(PilotFile.read(near)))
        .isInstanceOf(InvalidField.class)
        .hasMessage("tunnel: there is no SSH connection to slurm://localhost");
  }

  private static PilotRequest complete(PilotRequestBuilder read) {
    return read.broker("tcp://127.0.0.1:1")
        .credentialFile(Path.of("/credential"))
        .javaCommand(List.of("java"))
        .build();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "resource: 'local://', nods: 2|number_of_nodes",
        "resource: 'local://', number_of_nodes: two|number_of_nodes: must be a whole number",
        "resource: 'slurm://', qos: 7|qos: must be a text",
        "resource: 'local://', name: a, name: b|Duplicate",
        "name: a|has no field 'resource'",
        "resource: 'lcoal://'|did you mean 'local'?",
        "resource: 'local://', name: 'a b'|name",
        "resource: 'local://', modules: [1]|modules[0]: must be a text",
        "resource: 'local://', idle_timeout: 0|idle_timeout: must be a number of seconds above 0",
        "resource: 'local://', own_pool_only: 1|own_pool_only: must be true or false",
        "resource: 'local://', when_it_ends: later|when_it_ends",
      })
  void aFileThatIsWrongIsToldWithItsNameAndField(String fields, String words) throws Exception {
    Path file = file("p.yaml", "{" + fields + "}");
    assertThatThrownBy(() -> PilotFile.read(file))
        .isInstanceOf(InvalidField.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(words);
  }
}
