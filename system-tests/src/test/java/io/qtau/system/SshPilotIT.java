package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qtau.messaging.BrokerUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pilots behind real OpenSSH servers, started with the command. */
class SshPilotIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Programs that a host without Java has all the same. */
  private static final List<String> PROGRAMS =
      List.of(
          "sh",
          "bash",
          "tar",
          "sha256sum",
          "mkdir",
          "mv",
          "rm",
          "mktemp",
          "find",
          "uname",
          "setsid",
          "readlink",
          "sed",
          "cat",
          "grep",
          "tr",
          "sleep",
          "ls");

  @TempDir static Path dir;
  private static SshSite site;
  private static Commands qtau;
  private String session = "";

  @BeforeAll
  static void start() throws Exception {
    site = new SshSite(dir.resolve("site"));
    qtau = new Commands(dir.resolve("home"), site);
    qtau.ok("broker", "start");
  }

  @AfterAll
  static void stop() throws Exception {
    qtau.close();
  }

  @AfterEach
  void close() throws Exception {
    qtau.ok("pilot", "stop", "--all");
    site.close();
    Awaitility.await("no process is left")
        .untilAsserted(
            () -> {
              assertThat(processes(dir.resolve("site"))).isEmpty();
              assertThat(processes(dir.resolve("home/pilots"))).isEmpty();
            });
  }

  /** The command lines of those that name something below a directory. */
  private static List<String> processes(Path directory) {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(line -> line.contains(directory.toString()))
        .toList();
  }

  @Test
  void tasksRunOnAllHostsOfAPilotAndNoSecretIsOnACommandLine() throws Exception {
    SshServer h1 = site.server("h1");
    SshServer h2 = site.server("h2");
    begin("far", "ssh://h1,h2", "--cores-per-node", "1");
    String credential = Files.readString(dir.resolve("home/credential")).strip();
    String password = credential.substring(credential.indexOf(':') + 1);
    assertThat(processes(h1.home())).isNotEmpty().noneMatch(line -> line.contains(password));
    assertThat(Files.getPosixFilePermissions(credential(h1))).hasSize(2);
    assertThat(run(2, "echo $HOME; sleep 2"))
        .containsExactlyInAnyOrder(h1.home().toString(), h2.home().toString());
    assertThat(pilot("far").get("state").asText()).isEqualTo("READY");
    assertThat(pilot("far").get("agents")).hasSize(2);
    assertThat(Logins.of(BrokerUrl.parse(broker()), dir.resolve("home")))
        .as("of its one start")
        .filteredOn(user -> user.startsWith("pilot.far."))
        .hasSize(1);
    assertThat(start("far", "ssh://h1,h2").code()).isEqualTo(5);
    assertThat(qtau.ok("pilot", "log", "far").out())
        .contains("==> h1:" + h1.home() + "/.qtau/pilots/far/h1/agents/0/stderr <==", "far.1");

    qtau.ok("pilot", "stop", "far");
    assertThat(qtau.ok("pilot", "list").out()).isEmpty();
    assertThat(processes(site.directory().resolve("servers")))
        .allMatch(line -> line.contains("/usr/sbin/sshd"));
    assertThat(credential(h1)).doesNotExist();
    assertThat(site(h1).resolve("agents/0/stderr")).isNotEmptyFile();
  }

  private static Path site(SshServer h1) {
    return h1.home().resolve(".qtau/pilots/far/h1");
  }

  private static Path credential(SshServer h1) {
    return site(h1).resolve("credential");
  }

  @Test
  void anAgentOutlivesTheServer() throws Exception {
    SshServer h1 = site.server("h1");
    begin("far", "ssh://h1");
    h1.kill();
    assertThat(run(2, "echo on")).containsExactly("on", "on");
    assertThat(pilot("far").get("state").asText()).isEqualTo("READY");
    Commands.Ended stop = qtau.run("pilot", "stop", "far");
    assertThat(stop.code()).isNotZero();
    assertThat(stop.err()).contains("cannot reach h1 (127.0.0.1:" + h1.port() + ")");
    h1.start();
    // The broker carried the order all the same: it may have ended by itself by now.
    assertThat(qtau.run("pilot", "stop", "far").code()).isIn(0, 4);
    assertThat(qtau.ok("pilot", "list").out()).isEmpty();
    assertThat(credential(h1)).doesNotExist();
  }

  @Test
  void twoPilotsAtOnceBringAJavaToAHostThatHasNone() throws Exception {
    Path programs = Files.createDirectories(dir.resolve("programs"));
    for (String program : PROGRAMS) {
      Path real = Path.of("/usr/bin", program);
      Files.createSymbolicLink(
          programs.resolve(program), Files.exists(real) ? real : Path.of("/bin", program));
    }
    SshServer bare = site.server("bare", Map.of("PATH", programs.toString(), "JAVA_HOME", ""));
    Path out = dir.resolve("out.txt");
    Path err = dir.resolve("err.txt");
    Process other =
        qtau.start(out, err, "pilot", "start", "--resource", "ssh://bare", "--name", "b", "--wait");
    begin("a", "ssh://bare", "--nodes", "2", "--cores-per-node", "1");
    assertThat(other.waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(other.exitValue()).as(Files.readString(err)).isZero();
    assertThat(pilot("a").get("agents")).hasSize(2);
    assertThat(pilot("b").get("state").asText()).isEqualTo("READY");
    try (var staged = Files.list(bare.home().resolve(".qtau/runtime"))) {
      assertThat(staged).as("jars and a Java").hasSize(2);
    }
    assertThat(run(1, "echo on")).containsExactly("on");
  }

  @Test
  void aPilotThatCannotStartEverywhereStartsNowhere() throws Exception {
    SshServer h1 = site.server("h1");
    SshServer full = site.server("full");
    Files.createDirectories(full.home().resolve(".qtau"));
    Files.writeString(full.home().resolve(".qtau/pilots"), "in the way");
    Commands.Ended ended = start("far", "ssh://h1,full");
    assertThat(ended.code()).isEqualTo(3);
    assertThat(ended.err()).contains("far").contains("full:").contains(".qtau/pilots");
    assertThat(processes(h1.home())).isEmpty();
    assertThat(qtau.ok("pilot", "list").out()).isEmpty();
  }

  @Test
  void aHostThatLetsNobodyInIsNamedAndNothingIsLeft() throws Exception {
    Path other = site.home().resolve("other");
    SshSite.output("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other.toString());
    SshServer h1 = site.server("h1");
    site.configure(
        "Host refused\n  HostName 127.0.0.1\n  Port %d\n  IdentityFile ~/other\n  IdentityAgent none\n"
            .formatted(h1.port()));
    SshServer changed = site.server("changed");
    changed.kill();
    changed.newHostKey();
    changed.start();
    SshServer away = site.server("away");
    away.kill();

    assertStartsNowhere("refused", "refused (127.0.0.1:" + h1.port() + ")", other.toString());
    assertStartsNowhere(
        "changed",
        "has changed",
        changed.fingerprint(),
        "ssh-keygen -R [127.0.0.1]:" + changed.port());
    assertStartsNowhere("away", "cannot reach away", "Connection refused");
  }

  private void assertStartsNowhere(String host, String... words) throws Exception {
    Commands.Ended ended = start("nowhere", "ssh://" + host);
    assertThat(ended.code()).as(ended.err()).isEqualTo(3);
    assertThat(ended.err()).contains("nowhere").contains(words).doesNotContain("\tat ");
    assertThat(qtau.ok("pilot", "list").out()).isEmpty();
    assertThat(qtau.run("pilot", "show", "nowhere").code()).isEqualTo(4);
    Path left = dir.resolve("home/pilots/nowhere");
    assertThat(left).isDirectoryNotContaining("glob:**/{credential,settings,tunnel}*");
    assertThat(Logins.of(BrokerUrl.parse(broker()), dir.resolve("home")))
        .noneMatch(user -> user.startsWith("pilot.nowhere."));
  }

  /** One of two hosts has a network of its own, and comes to the broker through the tunnel only. */
  @Test
  void aTunnelOpensAgainByItselfAndTasksOfACutNodeRunOnTheOther() throws Exception {
    int port = java.net.URI.create(broker()).getPort();
    try (FarHost far = new FarHost(port)) {
      SshServer there = site.server("there", far.prefix(), far.addressThere());
      site.server("here");
      begin("far", "ssh://there,here", "--tunnel", "--cores-per-node", "1");
      there.killSessions();
      Path log = dir.resolve("home/pilots/far/tunnel.log");
      Awaitility.await("it is open again")
          .atMost(2, TimeUnit.MINUTES)
          .untilAsserted(
              () -> assertThat(count(log, "open again")).as(Files.readString(log)).isEqualTo(1));

      Path starts = dir.resolve("starts");
      Path go = dir.resolve("go");
      submit(
          2,
          "f=$(ip -br address | grep -cF %s); echo $f >> %s; [ $QTAU_ATTEMPT = 2 ] && exit; "
                  .formatted(far.addressThere(), starts)
              + "[ $f = 0 ] || sleep 300; while [ ! -e %s ]; do sleep 0.1; done".formatted(go));
      Awaitility.await("each node has one, as a claim")
          .atMost(1, TimeUnit.MINUTES)
          .until(() -> running(session) == 2);
      assertThat(Files.readAllLines(starts)).containsExactlyInAnyOrder("0", "1");
      far.cut();
      Awaitility.await("the silence is noticed")
          .atMost(2, TimeUnit.MINUTES)
          .untilAsserted(
              () ->
                  assertThat(count(log, "the connection is lost"))
                      .as(Files.readString(log))
                      .isEqualTo(2));
      Files.createFile(go);
      assertThat(awaitTexts("losses")).containsExactlyInAnyOrder("0", "1");
      assertThat(Files.readAllLines(starts))
          .as("it ran again on the other node")
          .hasSize(3)
          .endsWith("0");
      JsonNode cut = qtau.ok("pilot", "show", "far", "--json").json();
      assertThat(cut.get("state").asText()).isEqualTo("READY");
      assertThat(cut.get("degraded").asBoolean()).isTrue();

      far.join();
      Awaitility.await("the node is back")
          .atMost(1, TimeUnit.MINUTES)
          .until(
              () -> !qtau.ok("pilot", "show", "far", "--json").json().get("degraded").asBoolean());
      Awaitility.await("what ran on the cut node is ended")
          .atMost(30, TimeUnit.SECONDS)
          .untilAsserted(() -> assertThat(processes(starts)).isEmpty());
      qtau.ok("pilot", "stop", "far");
      assertThat(processes(dir.resolve("home/pilots"))).isEmpty();
    }
  }

  /** The agents are asked for every half a minute; here the account runs no command meanwhile. */
  @Test
  void aTunnelStaysWhenOnlyTheQuestionForItsAgentsFails() throws Exception {
    SshServer h1 = site.server("h1");
    begin("far", "ssh://h1", "--tunnel");
    Path log = dir.resolve("home/pilots/far/tunnel.log");
    Path startUp = Files.writeString(h1.home().resolve(".bashrc"), "exit 1\n");
    try {
      Awaitility.await("they cannot be asked for")
          .atMost(2, TimeUnit.MINUTES)
          .untilAsserted(
              () ->
                  assertThat(log)
                      .content()
                      .contains("cannot be asked for, the tunnel stays: no command can be run"));
      assertThat(run(1, "echo on")).containsExactly("on");
    } finally {
      Files.delete(startUp);
    }
    assertThat(log).content().doesNotContain("lost", "again");
    assertThat(site(h1).resolve("agents/0/stderr")).content().doesNotContain("away");
  }

  private static long running(String session) throws Exception {
    return qtau.ok("task", "list", session, "--json")
        .out()
        .lines()
        .filter(line -> line.contains("RUNNING"))
        .count();
  }

  private static long count(Path file, String word) throws IOException {
    return Files.readAllLines(file).stream().filter(line -> line.contains(word)).count();
  }

  private void begin(String name, String resource, String... more) throws Exception {
    Commands.Ended ended = start(name, resource, more);
    if (ended.code() != 0) {
      Path tunnel = dir.resolve("home/pilots").resolve(name).resolve("tunnel.log");
      throw new AssertionError(
          ended.err()
              + (Files.exists(tunnel) ? Files.readString(tunnel) : "")
              + qtau.run("pilot", "log", name).out());
    }
  }

  private Commands.Ended start(String name, String resource, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of("pilot", "start", "--resource", resource, "--name", name, "--wait"));
    arguments.addAll(List.of(more));
    return qtau.run(arguments.toArray(String[]::new));
  }

  private JsonNode pilot(String name) throws Exception {
    for (String line : qtau.ok("pilot", "list", "--json").out().lines().toList()) {
      JsonNode pilot = JSON.readTree(line);
      if (pilot.get("name").asText().equals(name)) {
        return pilot;
      }
    }
    throw new AssertionError("there is no pilot " + name);
  }

  /** Runs a shell command some times; what they have written. */
  private List<String> run(int times, String command) throws Exception {
    submit(times, command);
    return awaitTexts("stdout/text");
  }

  private void submit(int times, String command) throws Exception {
    session = "s" + System.nanoTime();
    Path tasks = dir.resolve("tasks.jsonl");
    Files.writeString(
        tasks,
        "{\"kind\":\"exec\",\"exec\":{\"argv\":[\"sh\",\"-c\",\"%s\"]}}%n"
            .formatted(command)
            .repeat(times));
    qtau.ok("submit", tasks.toString(), "--session", session);
  }

  /** That field of all results of what was submitted last. */
  private List<String> awaitTexts(String field) throws Exception {
    Path out = dir.resolve(session);
    qtau.ok("await", session, "--out", out.toString(), "--timeout", "120");
    List<String> texts = new ArrayList<>();
    for (String line : Files.readAllLines(out.resolve("results.jsonl"))) {
      texts.add(JSON.readTree(line).at("/" + field).asText().strip());
    }
    return texts;
  }

  private String broker() throws Exception {
    return qtau.ok("broker", "status", "--json").json().get("url").asText();
  }
}
