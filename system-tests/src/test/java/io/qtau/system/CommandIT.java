package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.system.Commands.Ended;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as a user types them: what they print, leave behind, and end with. */
class CommandIT {
  private static final Path EXAMPLES = Path.of("../examples");

  @TempDir Path home;
  @TempDir Path work;

  private Ended run(String... arguments) throws Exception {
    return new Commands(home).run(arguments);
  }

  private String file(String name, String... lines) throws Exception {
    return Files.writeString(work.resolve(name), String.join("\n", lines) + "\n").toString();
  }

  private String out() {
    return work.resolve("out").toString();
  }

  @Test
  void theFirstRunHasItsTwoPlannedFailures() throws Exception {
    Path example = EXAMPLES.resolve("first-run.jsonl");
    Ended ended = run("run", example.toString(), "--out", out(), "--json");
    assertThat(ended.code()).as(ended.err()).isEqualTo(1);
    assertThat(ended.json().get("not_successful").asInt()).isEqualTo(2);
    assertThat(ended.json().get("counts").get("FAILED").asInt()).isEqualTo(1);
    assertThat(ended.json().get("counts").get("TIMEOUT").asInt()).isEqualTo(1);
    int tasks = Files.readAllLines(example).size();
    assertThat(tasks).isGreaterThanOrEqualTo(200);
    assertThat(ended.json().get("accepted").asInt()).isEqualTo(tasks);
    assertThat(Files.readAllLines(work.resolve("out/results.jsonl"))).hasSize(tasks);
    assertThat(work.resolve("out/latency.hlog")).isNotEmptyFile();
  }

  @Test
  void theSecondExampleSucceeds() throws Exception {
    Ended ended = run("run", EXAMPLES.resolve("first-run-ok.jsonl").toString(), "--out", out());
    assertThat(ended.code()).as(ended.err()).isZero();
  }

  @Test
  void oneFileInTwoSessionsGivesTwoSetsOfResults() throws Exception {
    try (Commands qtau = new Commands(home)) {
      qtau.ok("broker", "start");
      qtau.ok("pilot", "start", "--resource", "local://", "--wait");
      String tasks = file("t.jsonl", "{\"id\":\"a\",\"kind\":\"noop\"}");
      for (String session : new String[] {"one", "two"}) {
        qtau.ok("submit", tasks, "--session", session);
        Path out = work.resolve(session);
        qtau.ok("await", session, "--out", out.toString(), "--timeout", "60");
        assertThat(Files.readAllLines(out.resolve("results.jsonl"))).hasSize(1);
      }
      Ended again = qtau.run("submit", tasks, "--session", "one");
      assertThat(again.code()).isEqualTo(2);
      assertThat(again.err()).contains("a");
      assertThat(qtau.run("broker", "start").code()).isEqualTo(5);
      assertThat(qtau.run("await", "never-heard-of").code()).isEqualTo(4);
      assertThat(qtau.run("pilot", "stop", "never-heard-of").code()).isEqualTo(4);
    }
  }

  @Test
  void badInputIsToldWithItsPlaceAndNothingIsSubmitted() throws Exception {
    Ended ended =
        run(
            "run",
            file(
                "bad.jsonl",
                "{\"id\":\"a\",\"kind\":\"noop\"}",
                "{\"id\":\"b\",\"kind\":\"exce\"}",
                "{\"id\":\"..\",\"kind\":\"noop\"}",
                "{\"id\":\"c\",\"kind\":\"noop\",\"resources\":{\"cores\":-1}}",
                "not json"),
            "--out",
            out());
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err())
        .contains("bad.jsonl:2:", "did you mean 'exec'?", "bad.jsonl:3:", "bad.jsonl:4:")
        .contains("bad.jsonl:5:");
    assertThat(work.resolve("out/results.jsonl")).doesNotExist();
  }

  @Test
  void aMissingFileAndATaskThatIsTooWideAreBadInput() throws Exception {
    assertThat(run("run", work.resolve("none.jsonl").toString()).code()).isEqualTo(2);
    String wide = file("w.jsonl", "{\"kind\":\"noop\",\"resources\":{\"cores\":3}}");
    Ended ended = run("run", wide, "--cores", "2", "--out", out());
    assertThat(ended.code()).as(ended.err()).isEqualTo(2);
  }

  @Test
  void withoutABrokerItSaysSo() throws Exception {
    Ended ended = run("submit", file("t.jsonl", "{\"kind\":\"noop\"}"));
    assertThat(ended.code()).isEqualTo(3);
    assertThat(ended.err()).contains("broker").doesNotContain("Exception");
    Ended status = run("broker", "status", "--json");
    assertThat(status.code()).isEqualTo(3);
    assertThat(status.out().strip()).isEqualTo("{\"running\":false}");
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      Ended ended = run("broker", "start", "--port", port);
      assertThat(ended.code()).as(ended.err()).isEqualTo(5);
      assertThat(ended.err()).contains(port);
    }
  }

  @Test
  void aRunThatIsCutShortKeepsItsDataAndSaysHowToGoOn() throws Exception {
    String tasks = file("t.jsonl", "{\"kind\":\"sleep\",\"sleep\":{\"seconds\":60}}");
    Ended ended = run("run", tasks, "--out", out(), "--timeout", "3");
    assertThat(ended.code()).isEqualTo(3);
    assertThat(ended.err()).contains("await");
    assertThat(run("run", tasks, "--out", out()).code()).isEqualTo(5);
  }
}
