package io.qtau.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ArgumentsTest {
  @TempDir Path dir;
  private CommandLines qtau;
  private Path good;

  @BeforeEach
  void home() throws Exception {
    qtau = new CommandLines(dir.resolve("home"));
    good = Files.writeString(dir.resolve("good.jsonl"), "{\"kind\":\"noop\"}\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "broker",
        "pilot",
        "run",
        "run x --cores 0",
        "run x --timeout never",
        "run x --timeout 0",
        "run x --unknown",
        "await",
        "await s --count 0",
        "await a::b",
        "await ..",
        "await -x",
        "submit",
        "collect",
        "pilot start",
        "pilot start --resource nonsense",
        "pilot start --resource slurm:// --scheduler-option",
        "pilot start --resource slurm://elsewhere",
        "pilot start --resource local:// --name ..",
        "pilot start --resource local:// --name shared",
        "pilot stop",
        "pilot stop a::b",
        "pilot stop a --all",
        "broker start --port 0",
        "broker start --port 65536",
        "bench nonsense",
        "bench noop -n 0"
      })
  void wrongArgumentsAreToldInOneLineAndExitTwo(String line) {
    int code = qtau.run(line.isEmpty() ? new String[0] : line.split(" ", -1));

    assertThat(code).isEqualTo(2);
    assertThat(qtau.out()).isEmpty();
    assertThat(qtau.err().strip().lines()).hasSize(1);
    assertThat(qtau.err()).startsWith("qtau: ").doesNotContain("Exception");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--scheduler-option=--qos=short", "--scheduler-option --qos=short"})
  void anOptionForTheSchedulerMayHaveTheNameOfOneOfOurs(String option) {
    String line = "pilot start --resource local:// " + option + " --name p";
    assertThat(qtau.run(line.split(" ", -1))).isEqualTo(3);
    assertThat(qtau.err()).contains("no broker");
  }

  @Test
  void everyCommandHasHelp() {
    help(Main.commandLine(Console.ofProcess()), List.of());
  }

  @Test
  void aCommandThatIsCalledAloneIsTheOneOfThatName() {
    Main.commandLine(Console.ofProcess())
        .getSubcommands()
        .forEach((word, command) -> assertThat(command.getCommandName()).isEqualTo(word));
    qtau.run("--help");
    assertThat(qtau.out()).contains("run", "broker", "pilot", "bench");
    qtau.run("lanes", "--help");
    assertThat(qtau.out()).contains("Usage: qtau lanes");
  }

  private void help(CommandLine command, List<String> path) {
    if (command.getCommandSpec().usageMessage().hidden()) {
      return;
    }
    List<String> args = new java.util.ArrayList<>(path);
    args.add("--help");
    assertThat(qtau.run(args.toArray(String[]::new))).as("%s", args).isZero();
    assertThat(qtau.out()).contains("Usage: qtau");
    command
        .getSubcommands()
        .forEach(
            (name, sub) -> {
              List<String> longer = new java.util.ArrayList<>(path);
              longer.add(name);
              help(sub, longer);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"submit good", "await s", "pilot list", "collect --out out"})
  void withoutABrokerACommandExitsThreeAndSaysHowToStartOne(String line) {
    String[] args = line.replace("good", good.toString()).split(" ", -1);
    args = List.of(args).stream().map(this::inDir).toArray(String[]::new);

    assertThat(qtau.run(args)).isEqualTo(3);
    assertThat(qtau.err()).contains("no broker is running").contains("broker start");
  }

  private String inDir(String word) {
    return word.equals("out") ? dir.resolve("out").toString() : word;
  }

  @Test
  void withoutABrokerStatusSaysSoAndExitsThree() {
    assertThat(qtau.run("broker", "status", "--json")).isEqualTo(3);
    assertThat(qtau.out()).isEqualTo("{\"running\":false}\n");
  }

  @Test
  void aMissingCredentialExitsThree() {
    assertThat(qtau.with("QTAU_BROKER", "tcp://127.0.0.1:1").run("submit", good.toString()))
        .isEqualTo(3);
    assertThat(qtau.err()).contains("there is no credential file");
  }

  @Test
  void aBrokerUrlWithParametersIsBadInput() {
    assertThat(qtau.run("submit", good.toString(), "--broker", "tcp://h:1?a=b")).isEqualTo(2);
  }

  @Test
  void aPilotThatIsNotThereExitsFour() {
    assertThat(qtau.run("pilot", "stop", "nobody")).isEqualTo(4);
    assertThat(qtau.run("pilot", "stop", "--all")).isZero();
  }

  @Test
  void aMissingFileIsBadInputAndNothingIsLeft() {
    assertThat(qtau.run("submit", dir.resolve("none").toString())).isEqualTo(2);
    assertThat(qtau.err()).contains("none: there is no such file");
  }

  @Test
  void allProblemsOfTheInputAreToldWithTheirPlaces() {
    qtau.stdin("{\"kind\":\"nop\"}\n{\"kind\":\"noop\",\"nmae\":\"x\"}\n");

    assertThat(qtau.run("submit", "-")).isEqualTo(2);
    assertThat(qtau.err())
        .contains("-:1:9: ", "'noop'", "-:2:23: ", "'name'", "nothing was submitted");
  }

  @Test
  void aRunRefusesWhatItsOwnPilotCouldNeverRun() {
    qtau.stdin(
        """
        {"kind":"noop","resources":{"memory_mb":1}}
        {"kind":"noop","resources":{"memory_mb":999999999}}
        {"kind":"noop","resources":{"gpus":1}}
        """);

    assertThat(qtau.run("run", "-", "--out", dir.resolve("out").toString())).isEqualTo(2);
    assertThat(qtau.err())
        .contains("-:2", "resources.memory_mb: 999999999 are wanted, and this machine has ")
        .contains("-:3", "this run's pilot offers cores and memory only", "nothing was submitted")
        .doesNotContain("-:1");
  }

  @Test
  void aRunInAnAllocationHasTheAllocationsMemory() {
    qtau.with("SLURM_MEM_PER_NODE", "100")
        .stdin(
            """
            {"kind":"noop","resources":{"memory_mb":100}}
            {"kind":"noop","resources":{"memory_mb":101}}
            """);

    assertThat(qtau.run("run", "-", "--out", dir.resolve("out").toString())).isEqualTo(2);
    assertThat(qtau.err())
        .contains("-:2", "101 are wanted, and this machine has 100 for this run's pilot")
        .doesNotContain("-:1");
  }
}
