package io.qtau.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.AgentState.Attempt;
import io.qtau.protocol.AgentState.Holding;
import io.qtau.protocol.AgentState.Workers;
import io.qtau.protocol.Capacity;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What {@code pilot show} draws of an agent. */
class LedgerTextTest {
  private static Attempt attempt(String id, @Nullable Holding holds) {
    return new Attempt(new SessionName("s"), new TaskId(id), 2, 0, holds);
  }

  private static Holding cores(int milliCores, Integer... cores) {
    return new Holding(milliCores, List.of(cores), 0, List.of(), 0, Map.of());
  }

  private static AgentState agent(
      int cores, List<Attempt> running, int count, @Nullable String unbound, Capacity free) {
    Capacity total =
        new Capacity(cores * 1000, 2000, 1000, Map.of("license:x", 2, "qpu:y", 3), Set.of());
    return new AgentState(
        AgentName.parse("p.0"),
        "READY",
        "local://",
        "host",
        1,
        cores * 1000,
        free.milliCores(),
        running,
        count,
        null,
        0,
        List.of(),
        total,
        free,
        unbound,
        null,
        false,
        List.of(new Workers("python3, threads 1", 1, 2, 300)));
  }

  @Test
  void eachCoreHasTheLetterOfItsTaskAndASharedOneASign() {
    Holding all =
        new Holding(1000, List.of(0), 2000, List.of("2", "GPU-5f"), 512, Map.of("a:b", 3));
    List<Attempt> running =
        List.of(
            attempt("x", all),
            attempt("y", cores(500, 2)),
            attempt("z", cores(500, 2)),
            attempt("w", null));
    Capacity free =
        new Capacity(2500, 500, 488, Map.of("license:x", 1, "qpu:y", 3), Set.of(), Set.of("qpu:y"));
    assertThat(LedgerText.of(agent(4, running, 6, null, free)))
        .containsExactly(
            "free: 2.5 cores, 0.5 GPUs, 488 MiB, 1 license:x",
            "bound to cores of their own",
            "[a.+.]",
            "a s/x attempt 2: 1 core (0), 2 GPUs (2,GPU-5f), 512 MiB, 3 a:b",
            "b s/y attempt 2: 0.5 cores (2)",
            "c s/z attempt 2: 0.5 cores (2)",
            "d s/w attempt 2",
            "# and 2 more",
            "workers of python3, threads 1: 1 busy, 2 idle, 300 MiB");
  }

  @Test
  void beyondTheLettersThereIsOneSignForAll() {
    List<Attempt> running = new ArrayList<>();
    for (int i = 0; i < 54; i++) {
      running.add(attempt("t" + i, cores(1000, i)));
    }
    List<String> lines =
        LedgerText.of(agent(56, running, 54, "others use it", Capacity.ofCores(2000)));
    assertThat(lines.get(1)).isEqualTo("not bound to cores: others use it");
    assertThat(lines.get(2)).startsWith("[abc").endsWith("XYZ##..]");
    assertThat(lines).contains("Z s/t51 attempt 2: 1 core (51)", "# s/t53 attempt 2: 1 core (53)");
  }

  @Test
  void coresWithOtherNumbersThanTheFirstOnesAreNotDrawn() {
    List<Attempt> running = List.of(attempt("x", cores(1000, 7)));
    assertThat(LedgerText.of(agent(4, running, 1, null, Capacity.ofCores(3000))))
        .noneMatch(line -> line.startsWith("["))
        .contains("a s/x attempt 2: 1 core (7)");
  }

  @Test
  void anAgentThatTellsNothingHasNoLedger() {
    AgentState agent =
        new AgentState(
            AgentName.parse("p.0"), "READY", null, "host", 1, 4000, 4000, List.of(), 0, null, 0);
    assertThat(LedgerText.of(agent)).isEmpty();
  }
}
