package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.qtau.client.QTau;
import io.qtau.client.Session;
import io.qtau.client.TaskHandle;
import io.qtau.protocol.Isolation;
import io.qtau.protocol.Payload;
import io.qtau.protocol.PythonRuntime;
import io.qtau.protocol.Retry;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.TaskStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Python tasks that go wrong in all ways, between tasks that do not. Takes about 15 s. */
class BadPythonIT {
  private static final String BAD =
      """
      import json, os, signal, sys, time
      def fine(n): return n
      def two(a, b): return a
      def deep(n=0): return deep(n + 1)
      def leave(): sys.exit(3)
      def die(): os._exit(9)
      def crash():
          import ctypes
          ctypes.string_at(0)
      def bomb(number, note):
          pids = []
          for _ in range(number):
              pids.append(os.fork())
              if pids[-1] == 0:
                  time.sleep(300)
                  os._exit(0)
          with open(note, "w") as file: file.write(" ".join(map(str, pids)))
          time.sleep(300)
      def much(mib):
          for _ in range(mib): os.write(1, b"\\xff" * (1 << 20))
      def spoil(where):
          os.chdir(where); os.environ.clear(); signal.signal(signal.SIGTERM, signal.SIG_IGN)
      def numbers(): return [float("nan"), float("inf"), 1 + 2j]
      def big(): return "x" * 200_000_000
      def fails(n):
          print("before", file=sys.stderr)
          if n == 1: raise ValueError("too cold")
          return n
      def draw():
          import random, qtau
          return [qtau.task_seed(), random.random()]
      def draw_at_second(note):
          drawn = [os.environ["QTAU_ATTEMPT"], *draw()]
          if drawn[0] == "1":
              with open(note, "w") as file: json.dump(drawn, file)
              raise ValueError("the first attempt")
          return drawn
      """;

  @TempDir static Path home;
  private static LocalSite site;
  private static QTau client;
  private static String path;

  @BeforeAll
  static void start() throws Exception {
    Path code = Files.createDirectory(home.resolve("code"));
    Files.writeString(code.resolve("bad.py"), BAD);
    Files.writeString(code.resolve("broken.py"), "def f(:\n");
    path = code.toString();
    site = new LocalSite(home, 2);
    client = site.client();
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    site.close();
  }

  private static PythonRuntime runtime(Isolation isolation) {
    return new PythonRuntime(null, List.of(path), isolation, List.of());
  }

  private static Payload.Python warm(String call, JsonNode... args) {
    return Payload.Python.call(call, runtime(Isolation.WARM), args);
  }

  private static JsonNode number(int value) {
    return JsonNodeFactory.instance.numberNode(value);
  }

  private static TaskResult run(TaskDescription task) throws Exception {
    try (Session session = client.newSession()) {
      return session.submit(task).get(90, TimeUnit.SECONDS);
    }
  }

  private static TaskResult run(Payload.Python python) throws Exception {
    return run(TaskDescription.of(python).build());
  }

  @Test
  void eachFailsAlone() throws Exception {
    Map<Payload.Python, String> bad =
        Map.of(
            warm("no_such_module:f"), "ModuleNotFoundError: .*no_such_module.*python.*",
            warm("broken:f"), "SyntaxError: .*broken.py, line 1.*",
            warm("bad:no_such"), "AttributeError: .*no_such.*",
            warm("bad:two", number(1)), "TypeError: .*missing 1 required.*",
            warm("bad:deep"), "RecursionError: .*",
            warm("bad:leave"), "SystemExit: .*code 3",
            warm("bad:die"), "WorkerDied: .*exit code 9.*",
            warm("bad:crash"), "WorkerDied: .*signal 11.*",
            warm("threading:Lock"), "NotSendable: .*_thread.lock.*");
    try (Session session = client.newSession()) {
      List<TaskHandle> fine = new ArrayList<>();
      Map<TaskHandle, String> handles = new HashMap<>();
      for (Map.Entry<Payload.Python, String> each : bad.entrySet()) {
        handles.put(session.submit(TaskDescription.of(each.getKey()).build()), each.getValue());
        fine.add(session.submit(TaskDescription.of(warm("bad:fine", number(7))).build()));
      }
      for (Map.Entry<TaskHandle, String> each : handles.entrySet()) {
        TaskResult result = each.getKey().get(90, TimeUnit.SECONDS);
        assertThat(result.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(result.error().type() + ": " + result.error().message().replace('\n', ' '))
            .matches(each.getValue());
      }
      for (TaskHandle one : fine) {
        assertThat(one.get(90, TimeUnit.SECONDS).value()).isEqualTo(number(7));
      }
    }
  }

  @Test
  void aCrashLeavesItsLastWordsAndItsPlace() throws Exception {
    for (Isolation isolation : Isolation.values()) {
      TaskResult result = run(Payload.Python.call("bad:crash", runtime(isolation)));
      assertThat(result.error().type()).as(isolation.word()).isEqualTo("WorkerDied");
      assertThat(result.stderr().text()).contains("Segmentation fault", "bad.py");
    }
  }

  @Test
  void processesThatMultiplyEndWithTheirTask() throws Exception {
    Path note = home.resolve("pids");
    TaskResult result =
        run(
            TaskDescription.of(warm("bad:bomb", number(100), TextNode.valueOf(note.toString())))
                .timeout(Duration.ofSeconds(3))
                .build());
    assertThat(result.status()).isEqualTo(TaskStatus.TIMEOUT);
    List<String> children = List.of(Files.readString(note).split(" ", -1));
    assertThat(children).hasSize(100);
    Awaitility.await("all of them are gone")
        .atMost(Duration.ofSeconds(20))
        .until(() -> children.stream().noneMatch(BadPythonIT::isAlive));
    assertThat(run(warm("bad:fine", number(1))).succeeded()).isTrue();
  }

  @Test
  void muchOutputAndLargeValuesAreCutOrFiles() throws Exception {
    TaskResult much = run(warm("bad:much", number(200)));
    assertThat(much.stdout().bytes()).isEqualTo(200L << 20);
    assertThat(much.stdout().text().length()).isLessThan(40_000);
    TaskResult big = run(warm("bad:big"));
    assertThat(big.succeeded()).isTrue();
    assertThat(big.value()).isNull();
    assertThat(Path.of(big.spilled().path())).hasSize(200_000_002).hasSize(big.spilled().bytes());
    assertThat(big.spilled().host()).isEqualTo(big.host());
  }

  @Test
  void aSpoiltWorkerIsPutBack() throws Exception {
    assertThat(run(warm("bad:spoil", TextNode.valueOf("/"))).succeeded()).isTrue();
    TaskResult after = run(warm("os:getenv", TextNode.valueOf("QTAU_TASK_ID")));
    assertThat(after.value().asText()).isEqualTo(after.id().value());
  }

  @Test
  void numbersThatJsonLacksHaveWords() throws Exception {
    assertThat(run(warm("bad:numbers")).value().toString())
        .isEqualTo("[\"NaN\",\"Infinity\",[1.0,2.0]]");
  }

  @Test
  void codeOfAnotherPythonIsRefused() throws Exception {
    String pickle = "Y3R5cGVzCkNvZGVUeXBlCi4="; // protocol 0: types.CodeType
    Payload.Python python =
        new Payload.Python(
            null,
            NullNode.getInstance(),
            NullNode.getInstance(),
            pickle,
            Map.of("python", "3.99.1"),
            NullNode.getInstance(),
            false,
            runtime(Isolation.WARM));
    TaskResult result = run(python);
    assertThat(result.error().type()).isEqualTo("PythonMismatch");
    assertThat(result.error().message()).contains("3.99.1", "python3");
  }

  @Test
  void aSweepKeepsWhatSucceeded() throws Exception {
    Payload.Python python =
        new Payload.Python(
            "bad:fails",
            NullNode.getInstance(),
            NullNode.getInstance(),
            null,
            Map.of(),
            json("{\"n\":[0,1,2]}"),
            false,
            runtime(Isolation.FORK));
    TaskResult result = run(python);
    assertThat(result.status()).isEqualTo(TaskStatus.FAILED);
    assertThat(result.error().type()).isEqualTo("SweepItems");
    assertThat(result.value().get("values").toString()).isEqualTo("[0,null,2]");
    assertThat(result.value().get("errors").get(0).get("type").asText()).isEqualTo("ValueError");
    assertThat(result.stderr().text()).isEqualTo("before\n".repeat(3));
  }

  @Test
  void aSeedGivesTheSameNumbersInEachIsolationAndAttempt() throws Exception {
    List<JsonNode> drawn = new ArrayList<>();
    for (Isolation isolation : Isolation.values()) {
      TaskResult result =
          run(
              TaskDescription.of(Payload.Python.call("bad:draw", runtime(isolation)))
                  .seed(42)
                  .build());
      assertThat(result.usage().envImportSeconds()).isNotNegative();
      drawn.add(result.value());
    }
    assertThat(drawn).containsOnly(json("[42,0.6394267984578837]"));
    TaskResult program =
        run(TaskDescription.exec("sh", "-c", "echo $QTAU_TASK_SEED").seed(7).build());
    assertThat(program.stdout().text()).isEqualTo("7\n");
  }

  @Test
  void aSeedGivesTheSameNumbersInARetryAndInAnotherAgent() throws Exception {
    Path note = home.resolve("drawn");
    Payload.Python python = warm("bad:draw_at_second", TextNode.valueOf(note.toString()));
    TaskResult retried =
        run(TaskDescription.of(python).seed(42).retry(new Retry(2, Duration.ZERO)).build());
    assertThat(retried.attempt()).isEqualTo(2);
    assertThat(json(Files.readString(note)).toString()).isEqualTo("[\"1\",42,0.6394267984578837]");
    assertThat(retried.value().toString()).isEqualTo("[\"2\",42,0.6394267984578837]");
    site.stopAgent();
    site.startAgent("p2.0", 2);
    TaskResult elsewhere = run(TaskDescription.of(warm("bad:draw")).seed(42).build());
    assertThat(elsewhere.agent()).isNotEqualTo(retried.agent());
    assertThat(elsewhere.value().toString()).isEqualTo("[42,0.6394267984578837]");
  }

  /** One that nobody has waited for is gone all the same. */
  private static boolean isAlive(String pid) {
    try {
      return !Files.readString(Path.of("/proc", pid, "cmdline")).isEmpty();
    } catch (IOException gone) {
      return false;
    }
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text);
  }
}
