package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qtau.system.Commands.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is a task's own failure, and what is the whole run's. */
class TaskFailureIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path home;
  @TempDir Path work;

  private String tasks(String... lines) throws Exception {
    return Files.write(work.resolve("tasks.jsonl"), List.of(lines)).toString();
  }

  private Map<String, JsonNode> results() throws Exception {
    Map<String, JsonNode> results = new HashMap<>();
    for (String line : Files.readAllLines(work.resolve("out/results.jsonl"))) {
      JsonNode result = JSON.readTree(line);
      results.put(result.get("id").asText(), result);
    }
    return results;
  }

  @Test
  void programsFunctionsAndValuesThatAreNoneFailTheirTaskAlone() throws Exception {
    String file =
        tasks(
            "{\"id\":\"program\",\"kind\":\"exec\",\"exec\":{\"argv\":[\"no-such-program-here\"]}}",
            "{\"id\":\"module\",\"kind\":\"python\",\"python\":{\"call\":\"no_such_module:f\"}}",
            "{\"id\":\"function\",\"kind\":\"python\",\"python\":{\"call\":\"math:no_such\"}}",
            "{\"id\":\"socket\",\"kind\":\"python\",\"python\":{\"call\":\"socket:socket\"}}",
            "{\"id\":\"object\",\"kind\":\"python\",\"python\":{\"call\":\"threading:Lock\"}}",
            "{\"id\":\"fine\",\"kind\":\"noop\"}");
    Ended ended =
        new Commands(home).run("run", file, "--out", work.resolve("out").toString(), "--json");
    assertThat(ended.code()).as(ended.err()).isEqualTo(1);
    assertThat(ended.json().get("not_successful").asInt()).isEqualTo(5);
    Map<String, JsonNode> results = results();
    assertThat(results).hasSize(6);
    assertThat(results.get("fine").get("status").asText()).isEqualTo("SUCCESS");
    assertFailed(results.get("program"), "no-such-program-here");
    assertFailed(results.get("module"), "no_such_module");
    assertFailed(results.get("function"), "no_such");
    assertFailed(results.get("socket"), "open the socket inside the function");
    assertFailed(results.get("object"), "lock");
  }

  private static void assertFailed(JsonNode result, String word) {
    assertThat(result.get("status").asText()).isEqualTo("FAILED");
    assertThat(result.get("error").get("message").asText()).contains(word);
  }

  /** Without an end, they would fill the disk of the node. */
  @Test
  void whoWritesMoreThanAnyMayIsEnded() throws Exception {
    String file =
        tasks(
            "{\"id\":\"program\",\"kind\":\"exec\",\"exec\":{\"argv\":[\"yes\"]}}",
            "{\"id\":\"function\",\"kind\":\"python\",\"python\":"
                + "{\"call\":\"os:system\",\"args\":[\"yes >&2\"]}}",
            "{\"id\":\"fine\",\"kind\":\"exec\",\"exec\":{\"argv\":[\"head\",\"-c\",\"9000000\","
                + "\"/dev/zero\"]}}");
    Ended ended =
        new Commands(home)
            .with(Map.of("QTAU_MAX_OUTPUT_MB", "16"))
            .run("run", file, "--out", work.resolve("out").toString());
    assertThat(ended.code()).as(ended.err()).isEqualTo(1);
    Map<String, JsonNode> results = results();
    assertThat(results.get("fine").get("status").asText()).isEqualTo("SUCCESS");
    for (String id : List.of("program", "function")) {
      assertFailed(results.get(id), "more than 16 MiB");
      assertThat(results.get(id).get("error").get("type").asText()).isEqualTo("TooMuchOutput");
    }
    assertThat(results.get("program").get("stdout").get("text").asText()).startsWith("y\ny\n");
    assertThat(results.get("function").get("stderr").get("text").asText()).startsWith("y\ny\n");
  }

  /** Without an end, they would leave no process to the node. */
  @Test
  void whoHasMoreProcessesThanAnyMayIsEnded() throws Exception {
    String multiply =
        "import os, time\\n"
            + "for _ in range(9): os.fork()\\n" // 512 of them
            + "time.sleep(300)";
    String file =
        tasks(
            "{\"id\":\"program\",\"kind\":\"exec\",\"exec\":{\"argv\":[\"python3\",\"-c\",\""
                + multiply
                + "\"]}}",
            "{\"id\":\"function\",\"kind\":\"python\",\"python\":"
                + "{\"call\":\"builtins:exec\",\"args\":[\""
                + multiply
                + "\"]}}",
            "{\"id\":\"fine\",\"kind\":\"exec\",\"exec\":{\"argv\":[\"sh\",\"-c\","
                + "\"for i in $(seq 50); do sleep 3 & done; wait\"]}}");
    Ended ended =
        new Commands(home)
            .with(Map.of("QTAU_MAX_PROCESSES", "100"))
            .run("run", file, "--cores", "3", "--out", work.resolve("out").toString());
    assertThat(ended.code()).as(ended.err()).isEqualTo(1);
    Map<String, JsonNode> results = results();
    assertThat(results.get("fine").get("status").asText()).isEqualTo("SUCCESS");
    for (String id : List.of("program", "function")) {
      assertFailed(results.get(id), "more than 100 processes");
      assertThat(results.get(id).get("error").get("type").asText()).isEqualTo("TooManyProcesses");
    }
    assertThat(ProcessHandle.allProcesses().map(process -> process.info().commandLine()))
        .noneMatch(line -> line.orElse("").contains("os.fork()"));
  }

  @Test
  void aDirectoryThatCannotBeMadeIsToldBeforeAnythingStarts() throws Exception {
    Path file = Files.createFile(work.resolve("a-file"));
    Ended ended =
        new Commands(home)
            .run("run", tasks("{\"kind\":\"noop\"}"), "--out", file.resolve("out").toString());
    assertThat(ended.code()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err()).contains("--out", file.toString());
    assertThat(home.resolve("runs")).doesNotExist();
  }

  @Test
  void aRunWhosePilotDiesSaysSo() throws Exception {
    Path err = work.resolve("err.txt");
    Process run = runOfALongTask(err);
    try {
      Commands.kill(agentOf());
      assertThat(run.waitFor(60, TimeUnit.SECONDS)).as(Files.readString(err)).isTrue();
      assertThat(run.exitValue()).as(Files.readString(err)).isEqualTo(3);
      assertThat(Files.readString(err)).contains("failed", "await");
    } finally {
      Commands.kill(run.pid());
    }
  }

  @Test
  void aRunThatIsKilledLeavesNoAgentBehind() throws Exception {
    Process run = runOfALongTask(work.resolve("err.txt"));
    long agent = agentOf();
    Commands.kill(run.pid());
    Awaitility.await("the agent ends")
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> commandLine(agent).isEmpty());
  }

  private Process runOfALongTask(Path err) throws Exception {
    return new Commands(home)
        .start(
            work.resolve("out.txt"),
            err,
            "run",
            tasks("{\"kind\":\"sleep\",\"sleep\":{\"seconds\":120}}"),
            "--out",
            work.resolve("out").toString());
  }

  /** It is no child of the run: its script has written its process id down. */
  private long agentOf() {
    return Awaitility.await("the run's agent")
        .atMost(30, TimeUnit.SECONDS)
        .ignoreExceptions() // Of files that come and go while they are looked at.
        .until(this::agent, Optional::isPresent)
        .orElseThrow();
  }

  private Optional<Long> agent() throws IOException {
    Path runs = home.resolve("runs");
    if (!Files.isDirectory(runs)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(runs)) {
      for (Path file : files.filter(path -> path.endsWith("agents/0/pid")).toList()) {
        long pid = Long.parseLong(Files.readString(file).strip());
        if (commandLine(pid).contains("io.qtau.agent.")) {
          return Optional.of(pid);
        }
      }
    }
    return Optional.empty();
  }

  /** Empty when the process is gone. */
  private static String commandLine(long pid) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
    } catch (IOException e) {
      return "";
    }
  }
}
