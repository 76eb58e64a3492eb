package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.Isolation;
import io.qtau.protocol.Payload;
import io.qtau.protocol.PythonRuntime;
import io.qtau.protocol.TaskDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers of each isolation, and when they end. Takes about 15 s. */
class PythonExecutorIT {
  private static final String TASKS =
      """
      import os, subprocess, sys, time
      kept = []
      def pid(*ignored): return os.getpid()
      def parent(): return os.getppid()
      def loaded(name): return name in sys.modules
      def threads(): return [os.environ[n] for n in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS")]
      def devices():
          names = "CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"
          began = dict(entry.split("=", 1) for entry in
                       open("/proc/self/environ").read().split("\\0") if "=" in entry)
          return {"began": [began.get(name) for name in names],
                  "now": [os.environ.get(name) for name in names]}
      def crash():
          import ctypes
          print("last words", flush=True)
          ctypes.string_at(0)
      def leave(code): os._exit(code)
      def entries(): return os.listdir()
      def write(name): open(name, "w").close(); return os.path.abspath(name)
      def write_and_die(name): write(name); os._exit(9)
      def leak(mib): kept.append(bytearray(mib << 20)); return os.getpid()
      def start_child(mark):
          child = subprocess.Popen(["sleep", "300"])
          open(mark, "w").write(str(child.pid)); os.rename(mark, mark + ".done")
          return child.pid
      def hang(mark): start_child(mark); time.sleep(300)
      """;

  @TempDir Path home;

  private static JsonNode number(int value) {
    return JsonNodeFactory.instance.numberNode(value);
  }

  private static Payload.Python call(
      String function, String path, Isolation isolation, List<String> preload, JsonNode... args) {
    return Payload.Python.call(
        "tasks:" + function, new PythonRuntime(null, List.of(path), isolation, preload), args);
  }

  private static Payload.Python warm(String function, String path, JsonNode... args) {
    return call(function, path, Isolation.WARM, List.of(), args);
  }

  /** A process that nobody has waited for yet is gone all the same. */
  private static boolean isAlive(long pid) throws IOException {
    Path commandLine = Path.of("/proc", Long.toString(pid), "cmdline");
    return Files.exists(commandLine) && !Files.readString(commandLine).isEmpty();
  }

  @Test
  void warmTasksShareAWorkerAndFreshAndForkedOnesDoNot() throws Exception {
    try (PythonSite site = new PythonSite(home, PythonSite.NONE)) {
      String path = site.module(TASKS);
      Outcome first = site.run(warm("pid", path));
      Outcome second = site.run(warm("pid", path));
      assertThat(second.value()).isEqualTo(first.value());
      assertThat(first.workerReused()).isFalse();
      assertThat(second.workerReused()).isTrue();
      AgentState.Workers told = site.workers().get(0);
      assertThat(told.pool()).contains("python", "threads 1");
      assertThat(List.of(told.busy(), told.idle())).containsExactly(0, 1);
      assertThat(told.memoryMb()).isBetween(4L, 100L);
      assertThat(first.usage().envImportSeconds()).isGreaterThan(second.usage().envImportSeconds());
      for (Isolation isolation : List.of(Isolation.FORK, Isolation.FRESH)) {
        Set<JsonNode> pids = new HashSet<>(Set.of(first.value()));
        for (int i = 0; i < 3; i++) {
          Outcome one = site.run(call("pid", path, isolation, List.of()));
          assertThat(one.workerReused()).isFalse();
          pids.add(one.value());
        }
        assertThat(site.workers()).as("what ends with its task").startsWith(told);
        assertThat(site.workers().stream().skip(1).map(AgentState.Workers::pool))
            .as("the one that forks waits for others")
            .containsExactly("python3, threads 1, forks");
        assertThat(pids).as(isolation.word()).hasSize(4);
      }
    }
  }

  @Test
  void aForkedTaskHasWhatWasPreloadedAndFailsAlone() throws Exception {
    try (PythonSite site = new PythonSite(home, PythonSite.NONE)) {
      String path = site.module(TASKS);
      List<String> preload = List.of("decimal", "tasks");
      Outcome loaded =
          site.run(call("loaded", path, Isolation.FORK, preload, TextNode.valueOf("decimal")));
      assertThat(loaded.value().asBoolean()).isTrue();
      Outcome crashed = site.run(call("crash", path, Isolation.FORK, preload));
      assertThat(crashed.error().type()).isEqualTo("WorkerDied");
      assertThat(crashed.error().message()).contains("signal 11");
      assertThat(crashed.stdout().text()).isEqualTo("last words\n");
      assertThat(crashed.stderr().text()).contains("Segmentation fault", "tasks.py");
      Outcome left = site.run(call("leave", path, Isolation.FORK, preload, number(9)));
      assertThat(left.error().message()).contains("exit code 9");
      assertThat(site.run(call("pid", path, Isolation.FORK, preload)).success()).isTrue();
      Outcome missing = site.run(call("pid", path, Isolation.FORK, List.of("no_such_module")));
      assertThat(missing.error().type()).isEqualTo("ModuleNotFoundError");
      assertThat(missing.error().message()).contains("no_such_module", "python");
    }
  }

  @Test
  void whatAnIsolatedTaskStartedEndsWithIt() throws Exception {
    try (PythonSite site = new PythonSite(home, PythonSite.NONE)) {
      String path = site.module(TASKS);
      for (Isolation isolation : List.of(Isolation.FORK, Isolation.FRESH)) {
        TextNode mark = TextNode.valueOf(home.resolve(isolation.word()).toString());
        Outcome outcome = site.run(call("start_child", path, isolation, List.of(), mark));
        assertThat(isAlive(outcome.value().asLong())).as(isolation.word()).isFalse();
      }
    }
  }

  @Test
  void aTaskThatHangsIsEndedWithAllThatItStarted() throws Exception {
    try (PythonSite site = new PythonSite(home, PythonSite.NONE)) {
      String path = site.module(TASKS);
      for (Isolation isolation : Isolation.values()) {
        Path mark = home.resolve("hang-" + isolation.word());
        Path written = home.resolve("hang-" + isolation.word() + ".done");
        PythonSite.Started started =
            site.start(
                TaskDescription.of(
                        call("hang", path, isolation, List.of(), TextNode.valueOf(mark.toString())))
                    .build());
        Awaitility.await("it runs").atMost(30, TimeUnit.SECONDS).until(() -> Files.exists(written));
        assertThat(site.workers()).anyMatch(pool -> pool.busy() == 1);
        started.running().kill();
        Outcome outcome = started.outcome().get(20, TimeUnit.SECONDS);
        assertThat(outcome.error().type()).as(isolation.word()).isEqualTo("Killed");
        assertThat(isAlive(Long.parseLong(Files.readString(written)))).isFalse();
      }
    }
  }

  @Test
  void threadsAreThoseOfTheCoresAlsoInAPoolThatWasUsed() throws Exception {
    try (PythonSite site = new PythonSite(home, PythonSite.NONE)) {
      String path = site.module(TASKS);
      for (int cores : new int[] {1, 2, 1}) {
        Outcome outcome = site.run(TaskDescription.of(warm("threads", path)).cores(cores).build());
        assertThat(outcome.value().toString()).isEqualTo("[\"" + cores + "\",\"" + cores + "\"]");
      }
    }
  }

  @Test
  void aWorkerEndsAfterSoManyTasksAndWhenItHasGrown() throws Exception {
    Duration hour = Duration.ofHours(1);
    try (PythonSite site = new PythonSite(home, PythonSite.limits(hour, 100_000, 3, 100_000))) {
      String path = site.module(TASKS);
      Set<JsonNode> pids = new HashSet<>();
      for (int i = 0; i < 6; i++) {
        pids.add(site.run(warm("pid", path)).value());
      }
      assertThat(pids).hasSize(2);
    }
    try (PythonSite site = new PythonSite(home, PythonSite.limits(hour, 100_000, 100_000, 64))) {
      String path = site.module(TASKS);
      Set<JsonNode> pids = new HashSet<>();
      for (int i = 0; i < 30; i++) {
        Outcome outcome = site.run(warm("leak", path, number(10)));
        assertThat(outcome.usage().maxRssMb()).isLessThan(64 + 30 + 20);
        pids.add(outcome.value());
      }
      assertThat(pids).hasSizeBetween(3, 6);
    }
  }

  @Test
  void idleWorkersEndByTimeAndByMemory() throws Exception {
    try (PythonSite site =
        new PythonSite(home, PythonSite.limits(Duration.ofSeconds(1), 100_000, 1000, 1000))) {
      String path = site.module(TASKS);
      long worker = site.run(warm("pid", path)).value().asLong();
      Outcome forked = site.run(call("parent", path, Isolation.FORK, List.of("decimal")));
      long zygote = forked.value().asLong();
      Awaitility.await("idle workers are gone")
          .atMost(20, TimeUnit.SECONDS)
          .until(() -> !isAlive(worker) && !isAlive(zygote));
    }
    try (PythonSite site =
        new PythonSite(home, PythonSite.limits(Duration.ofHours(1), 100, 1000, 1000))) {
      String path = site.module(TASKS);
      long small = site.run(warm("pid", path)).value().asLong();
      Outcome big = site.run(TaskDescription.of(warm("leak", path, number(90))).cores(2).build());
      Awaitility.await("the longest idle one is gone")
          .atMost(20, TimeUnit.SECONDS)
          .until(() -> !isAlive(small));
      assertThat(big.success()).isTrue();
    }
  }

  @Test
  void oneThatForksIsToldAndEndsByMemoryWhenItIsTheLongestIdle() throws Exception {
    try (PythonSite site =
        new PythonSite(home, PythonSite.limits(Duration.ofHours(1), 100, 1000, 1000))) {
      String path = site.module(TASKS);
      Outcome forked = site.run(call("parent", path, Isolation.FORK, List.of("decimal")));
      long zygote = forked.value().asLong();
      AgentState.Workers idle = site.workers().get(0);
      assertThat(idle.pool()).endsWith("threads 1, forks with decimal");
      assertThat(List.of(idle.busy(), idle.idle())).containsExactly(0, 1);
      assertThat(idle.memoryMb()).isBetween(4L, 50L);
      Path mark = home.resolve("hang");
      PythonSite.Started running =
          site.start(
              TaskDescription.of(
                      call(
                          "hang",
                          path,
                          Isolation.FORK,
                          List.of("decimal"),
                          TextNode.valueOf(mark.toString())))
                  .build());
      Awaitility.await("its child runs")
          .atMost(30, TimeUnit.SECONDS)
          .until(() -> Files.exists(home.resolve("hang.done")));
      assertThat(site.workers())
          .anyMatch(pool -> pool.pool().equals(idle.pool()) && pool.busy() == 1);
      long small = site.run(warm("pid", path)).value().asLong();
      TaskDescription big = TaskDescription.of(warm("leak", path, number(90))).cores(2).build();
      assertThat(site.run(big).success()).isTrue();
      Awaitility.await("the longest idle worker is gone")
          .atMost(20, TimeUnit.SECONDS)
          .until(() -> !isAlive(small));
      assertThat(isAlive(zygote)).as("one whose child runs").isTrue();
      running.running().kill();
      running.outcome().get(20, TimeUnit.SECONDS);
      assertThat(site.run(big).success()).isTrue();
      Awaitility.await("nobody runs, and it waits for longer than the worker")
          .atMost(20, TimeUnit.SECONDS)
          .until(() -> !isAlive(zygote));
      assertThat(site.workers()).allMatch(pool -> !pool.pool().contains("forks"));
    }
  }

  @Test
  void filesThatATaskLeavesAreFoundAndOthersLeaveNothing() throws Exception {
    try (PythonSite site = new PythonSite(home, PythonSite.NONE)) {
      String path = site.module(TASKS);
      Path work = home.resolve("work/s");
      int task = 0;
      for (Isolation isolation : Isolation.values()) {
        for (String function : List.of("write", "write_and_die")) {
          Outcome wrote =
              site.run(call(function, path, isolation, List.of(), TextNode.valueOf("a.txt")));
          task++;
          assertThat(work.resolve("t" + task + "/1/work/a.txt"))
              .as(isolation.word() + " " + function)
              .exists();
          if (wrote.success()) {
            assertThat(Path.of(wrote.value().asText())).exists();
          }
          Outcome after = site.run(call("entries", path, isolation, List.of()));
          task++;
          assertThat(after.value()).isEmpty();
          assertThat(work.resolve("t" + task)).doesNotExist();
        }
      }
    }
  }

  @Test
  void aPoolTellsItsMemory() throws Exception {
    WorkerPackage files = new WorkerPackage("test");
    ProcessTree tree =
        new ProcessTree(new java.util.concurrent.ScheduledThreadPoolExecutor(1), "test");
    try (WorkerPool pool = new WorkerPool(PythonSite.NONE)) {
      for (List<String> devices : List.of(List.<String>of(), List.of("3"))) {
        PythonWorker worker =
            PythonWorker.start(
                new WorkerKey("python3", PythonSite.slots(2000, devices).environment()),
                tree.newMark(),
                files.directory());
        var unused =
            worker.call(WorkerStream.JSON.readTree("{\"task\":\"t\",\"call\":\"os:getpid\"}"));
        pool.putBack(worker, 0);
      }
      assertThat(PythonExecutor.told(pool.workers()))
          .matches(
              "python3, threads 2: 1 idle, [1-9][0-9]* MiB;"
                  + " python3, threads 2, GPUs 3: 1 idle, [1-9][0-9]* MiB");
    } finally {
      files.close();
    }
  }

  @Test
  void devicesAreVisibleBeforeTheInterpreterBeginsInEachIsolation() throws Exception {
    try (PythonSite site = new PythonSite(home, PythonSite.NONE)) {
      String path = site.module(TASKS);
      for (Isolation isolation : Isolation.values()) {
        for (List<String> gpus : List.of(List.of("2", "5"), List.of("GPU-7"))) {
          TaskDescription task =
              TaskDescription.of(call("devices", path, isolation, List.of())).build();
          JsonNode seen = site.start(task, gpus).outcome().get(60, TimeUnit.SECONDS).value();
          for (String when : List.of("began", "now")) {
            assertThat(seen.get(when))
                .as(isolation.word() + " " + when)
                .containsExactlyElementsOf(
                    Collections.nCopies(2, TextNode.valueOf(String.join(",", gpus))));
          }
        }
      }
      assertThat(site.workers().stream().map(AgentState.Workers::pool))
          .as("one for each set of devices")
          .anyMatch(pool -> pool.contains("GPUs 2,5"))
          .anyMatch(pool -> pool.contains("GPUs GPU-7"));
    }
  }

  @Test
  void whatIsPreloadedIsThereInAWarmAndAFreshWorkerToo() throws Exception {
    try (PythonSite site = new PythonSite(home, PythonSite.NONE)) {
      String path = site.module(TASKS);
      TextNode decimal = TextNode.valueOf("decimal");
      for (Isolation isolation : List.of(Isolation.WARM, Isolation.FRESH)) {
        Outcome without = site.run(call("loaded", path, isolation, List.of(), decimal));
        assertThat(without.value().asBoolean()).as(isolation.word()).isFalse();
        Outcome with = site.run(call("loaded", path, isolation, List.of("decimal"), decimal));
        assertThat(with.value().asBoolean()).as(isolation.word()).isTrue();
        Outcome missing = site.run(call("pid", path, isolation, List.of("no_such_module")));
        assertThat(missing.error().type()).isEqualTo("ModuleNotFoundError");
        assertThat(missing.error().message()).contains("no_such_module", "python");
      }
    }
  }
}
