package io.qtau.templates;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens on a node before its agent starts, and how several nodes are reached from one. */
class NodeScriptTest {
  private static final String SEES =
      "printf '%s\\n' \"$1\" \"$2\" \"$CONDA_PREFIX\" \"${PATH%%:*}\" \"$LOADED\" \"$SET\" >seen";

  @TempDir Path dir;
  private Path pilot;
  private final Map<String, String> environment = new LinkedHashMap<>();

  @BeforeEach
  void files() throws Exception {
    pilot = Files.createDirectory(dir.resolve("a pilot's $(touch x)\ndir"));
    for (Templates template : Templates.values()) {
      Files.writeString(pilot.resolve(template.fileName()), template.text());
    }
    words("argv", "sh", "-c", SEES, "sh", "a  b'\"\\$(touch x)\nü");
  }

  private void words(String file, String... words) throws Exception {
    Files.writeString(pilot.resolve(file), String.join("\0", words) + "\0");
  }

  private int node(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("/bin/bash", script("node.sh"), arguments[0]));
    command.add(pilot.toString());
    command.addAll(List.of(arguments).subList(1, arguments.length));
    return run(command);
  }

  private String script(String name) {
    return pilot.resolve(name).toString();
  }

  private int run(List<String> command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(pilot.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(said).isTrue();
    return process.exitValue();
  }

  private Path agent(int number) {
    return pilot.resolve("agents/" + number);
  }

  private List<String> seen(int number) throws Exception {
    return Files.readAllLines(agent(number).resolve("seen"));
  }

  @Test
  void modulesCondaAndSetupComeInThisOrder() throws Exception {
    Path modules = Files.createDirectories(dir.resolve("modules/init"));
    Files.writeString(modules.resolve("bash"), "module() { export LOADED=\"$*\"; }\n");
    environment.put("MODULESHOME", dir.resolve("modules").toString());
    environment.put("LMOD_PKG", dir.resolve("none").toString());
    words("modules", "python/3", "a $(touch x)");
    Path conda = Files.createDirectories(dir.resolve("envs/my env/bin"));
    environment.put("CONDA_ENVS_PATH", dir.resolve("none") + ":" + dir.resolve("envs"));
    words("conda", "my env");
    Files.writeString(pilot.resolve("setup.sh"), "export SET=\"$LOADED $CONDA_DEFAULT_ENV\"\n");

    assertThat(node("start", "7")).isZero();
    assertThat(seen(7))
        .containsExactly(
            "a  b'\"\\$(touch x)",
            "ü",
            "7",
            conda.getParent().toString(),
            conda.toString(),
            "load python/3 a $(touch x)",
            "load python/3 a $(touch x) my env");
    assertThat(agent(7).resolve("pid")).exists();
    assertThat(agent(7).resolve("host")).exists();
    assertThat(pilot.resolve("x")).doesNotExist();
    assertThat(agent(7).resolve("x")).doesNotExist();
  }

  @Test
  void aCondaEnvironmentIsFoundWhereverAgentsFindThoseOfTasks() throws Exception {
    Path home = Files.createDirectory(dir.resolve("home"));
    environment.put("HOME", home.toString());
    environment.put("CONDA_PREFIX", dir.resolve("active/envs/now").toString());
    environment.put("CONDA_EXE", dir.resolve("program/bin/conda").toString());
    environment.put("CONDA_ENVS_PATH", dir.resolve("none") + "::" + dir.resolve("first"));
    Files.createDirectory(home.resolve(".conda"));
    Path anywhere = dir.resolve("anywhere/vqe");
    Files.writeString(home.resolve(".conda/environments.txt"), dir + "/gone/vqe\n" + anywhere);
    int number = 0;
    for (Path place :
        List.of( // the last first: each hides those before
            anywhere,
            home.resolve("anaconda3/envs/vqe"),
            home.resolve("miniforge3/envs/vqe"),
            home.resolve("miniconda3/envs/vqe"),
            home.resolve(".conda/envs/vqe"),
            dir.resolve("program/envs/vqe"),
            dir.resolve("active/envs/now/envs/vqe"),
            dir.resolve("active/envs/vqe"),
            dir.resolve("first/vqe"))) {
      Files.createDirectories(place.resolve("bin"));
      words("conda", "vqe");
      assertThat(node("start", String.valueOf(number))).isZero();
      assertThat(seen(number++).get(3)).isEqualTo(place.toString());
    }
  }

  @Test
  void aNodeThatCannotBePreparedStartsNoAgentAndSaysWhy() throws Exception {
    words("conda", "no such");
    assertThat(node("start", "0")).isEqualTo(3);
    assertThat(agent(0).resolve("stderr"))
        .content()
        .contains("there is no conda environment 'no such'");
    Files.delete(pilot.resolve("conda"));
    Files.writeString(pilot.resolve("setup.sh"), "echo not here >&2\nreturn 1\n");
    assertThat(node("start", "1")).isEqualTo(3);
    assertThat(agent(1).resolve("stderr")).content().contains("not here", "a setup command failed");
    assertThat(agent(1).resolve("pid")).doesNotExist();
  }

  @Test
  void whatIsNoAgentAnyMoreIsNotStopped() throws Exception {
    assertThat(node("stop", "0")).isZero();
    Process other = new ProcessBuilder("sleep", "60").start();
    try {
      Files.createDirectories(agent(0));
      Files.writeString(agent(0).resolve("pid"), other.pid() + "\n");
      assertThat(node("stop", "0")).isZero();
      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void wrongArgumentsAreRefused() throws Exception {
    assertThat(node("start")).isEqualTo(2);
    assertThat(node("begin", "0")).isEqualTo(2);
    environment.put("SLURM_NODEID", "2");
    assertThat(node("start")).isZero();
    assertThat(seen(2)).contains("2");
  }

  /** There is no PBS here: what reaches a node is a script that runs the command at once. */
  private void reach(String name, String text) throws Exception {
    Path bin = Files.createDirectories(dir.resolve("bin"));
    Path program = Files.writeString(bin.resolve(name), "#!/bin/bash\n" + text + "\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    environment.put("PATH", bin + ":/usr/bin:/bin");
    Path nodes = Files.write(dir.resolve("nodes"), List.of("n1", "n1", "n2", "n2"));
    environment.put("PBS_NODEFILE", nodes.toString());
    environment.put("PBS_JOBID", "7.pbs0");
    Files.writeString(pilot.resolve("seconds"), "600");
    words("argv", "sh", "-c", "echo \"$1 $PLACE $QTAU_ALLOCATION_END\" >seen", "sh");
  }

  @Test
  void onPbsEachHostHasOneAgentThroughPbsdsh() throws Exception {
    reach("pbsdsh", "PLACE=$2 exec \"${@:4}\"");
    long now = System.currentTimeMillis() / 1000;
    assertThat(run(List.of("/bin/bash", script("pbs.sh")))).isZero();
    assertThat(seen(0).get(0)).startsWith("0 0 ");
    assertThat(seen(1).get(0)).startsWith("1 2 ");
    assertThat(Long.parseLong(seen(1).get(0).split(" ", -1)[2])).isBetween(now + 600, now + 660);
    assertThat(agent(2)).doesNotExist();
    assertThat(pilot.resolve("exit")).hasContent("0");
    assertThat(pilot.resolve("id")).hasContent("7.pbs0");
  }

  /** An option of qsub may have set it, or the queue. */
  @Test
  void onPbsTheWalltimeIsTheOneThatPbsTells() throws Exception {
    reach("pbsdsh", "PLACE=$2 exec \"${@:4}\"");
    Path qstat =
        Files.writeString(
            dir.resolve("bin/qstat"),
            """
            #!/bin/sh
            [ "$*" = '-f 7.pbs0' ] || exit 1
            echo 'Job Id: 7.pbs0'
            echo '    resources_used.walltime = 00:00:01'
            echo '    Resource_List.walltime = 02:03:09'
            """);
    assertThat(qstat.toFile().setExecutable(true)).isTrue();
    long now = System.currentTimeMillis() / 1000;
    assertThat(run(List.of("/bin/bash", script("pbs.sh")))).isZero();
    long end = Long.parseLong(seen(0).get(0).split(" ", -1)[2]);
    assertThat(end).isBetween(now + 7389, now + 7449);
  }

  @Test
  void onPbsEachHostHasOneAgentThroughSsh() throws Exception {
    // As sshd does: the words behind the host are one text for a shell.
    reach("ssh", "[ \"$1 $2 $3\" = '-o BatchMode=yes --' ] && PLACE=$4 exec sh -c \"${*:5}\"");
    assertThat(run(List.of("/bin/bash", script("pbs.sh")))).isZero();
    assertThat(seen(0).get(0)).startsWith("0 n1 1");
    assertThat(seen(1).get(0)).startsWith("1 n2 1");
  }

  @Test
  void onPbsTheExitStatusIsTheHighestOfTheAgents() throws Exception {
    reach("pbsdsh", "PLACE=$2 exec \"${@:4}\"");
    words("argv", "sh", "-c", "exit $((3 + $1))", "sh");
    assertThat(run(List.of("/bin/bash", script("pbs.sh")))).isEqualTo(4);
    assertThat(pilot.resolve("exit")).hasContent("4");
  }
}
