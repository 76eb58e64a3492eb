package io.qtau.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.Capacity;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskFile;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is said, when tasks are submitted, of those that nobody could run. */
class MisfitsTest {
  private static AgentState agent(String name, String state, int cores, int gpus, long memoryMb) {
    Capacity total =
        new Capacity(cores * 1000, gpus * 1000, memoryMb, Map.of("license:x", 1), Set.of());
    return new AgentState(
        AgentName.parse(name),
        state,
        "local://",
        "host",
        1,
        cores * 1000,
        cores * 1000,
        List.of(),
        0,
        null,
        0,
        List.of(),
        total,
        total,
        null,
        null,
        false,
        List.of());
  }

  private static final List<AgentState> TWO =
      List.of(
          agent("small.0", "READY", 2, 0, 1000),
          agent("large.0", "READY", 8, 1, 1200),
          agent("gone.0", "DONE", 64, 8, 64_000));

  private static List<TaskDescription> tasks(String lines) throws Exception {
    TaskFile file = new TaskFile();
    file.add("t", new StringReader(lines));
    assertThat(file.contents().problems()).isEmpty();
    return file.contents().tasks();
  }

  @Test
  void aLineNamesTheFirstTaskAndWhatEachPilotLacks() throws Exception {
    List<TaskDescription> tasks =
        tasks(
            """
            {"id":"fits","kind":"noop","resources":{"cores":8}}
            {"id":"a","kind":"noop","resources":{"cores":9}}
            {"id":"b","kind":"noop","resources":{"cores":9}}
            {"id":"c","kind":"noop","resources":{"cores":9}}
            {"id":"d","kind":"noop","resources":{"gpus":2}}
            {"id":"e","kind":"noop","resources":{"license:y":1}}
            {"id":"f","kind":"noop","pool":"elsewhere"}
            """);
    assertThat(Misfits.warnings(tasks, TWO))
        .hasSize(4)
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("task a and 2 more in ")
                    .contains("small.0: too wide: needs 9 cores, it has 2 cores")
                    .contains("large.0: too wide: needs 9 cores, it has 8 cores")
                    .doesNotContain("gone.0"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("task d in ")
                    .contains("small.0: it does not offer 2 GPUs", "large.0: too wide: needs 2"))
        .anySatisfy(line -> assertThat(line).startsWith("task e in ").contains("license:y"))
        .anySatisfy(line -> assertThat(line).startsWith("task f in ").contains("other pool"));
    assertThat(Misfits.warnings(tasks.subList(0, 1), TWO)).isEmpty();
  }

  @Test
  void memoryIsComparedAsTheTaskSaysItThoughItsLaneHasLess() throws Exception {
    List<TaskDescription> tasks =
        tasks(
            """
            {"id":"fits","kind":"noop","resources":{"memory_mb":1100}}
            {"id":"more","kind":"noop","resources":{"memory_mb":1300}}
            {"id":"most","kind":"noop","resources":{"memory_mb":2000}}
            """);
    assertThat(Misfits.warnings(tasks, TWO))
        .singleElement()
        .asString()
        .startsWith("task more and 1 more in ")
        .contains("large.0: too wide: needs 1300 MiB of memory, it has 1200 MiB");
    assertThat(Misfits.warnings(tasks.subList(0, 1), TWO)).isEmpty();
  }

  @Test
  void ofManyAgentsTheFirstAreToldAndTheOthersCounted() throws Exception {
    List<AgentState> many =
        IntStream.range(0, 7).mapToObj(i -> agent("p." + i, "READY", 2, 0, 100)).toList();
    assertThat(Misfits.warnings(tasks("{\"kind\":\"noop\",\"resources\":{\"cores\":3}}"), many))
        .singleElement()
        .asString()
        .contains("p.4: too wide")
        .doesNotContain("p.5")
        .endsWith("; and the other 2 neither");
  }

  @Test
  void withoutAnyPilotThatIsSaid() throws Exception {
    assertThat(Misfits.warnings(tasks("{\"kind\":\"noop\"}"), List.of()))
        .containsExactly("no pilot is connected: the tasks wait until one is");
  }
}
