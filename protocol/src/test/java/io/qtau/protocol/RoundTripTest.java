package io.qtau.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is encoded comes back; a lane's address says which lane it is. */
class RoundTripTest {
  @Property(tries = 300)
  void aTaskComesBack(@ForAll("tasks") TaskDescription task) throws Exception {
    assertThat(WireFormat.decodeTask(WireFormat.encode(task))).isEqualTo(task);
  }

  @Property(tries = 300)
  void aLaneComesBackFromItsAddress(@ForAll("tasks") TaskDescription task) {
    assertThat(Lane.parse(task.lane().address())).contains(task.lane());
  }

  @Provide
  Arbitrary<TaskDescription> tasks() {
    Arbitrary<String> text = Arbitraries.strings().excludeChars('\0').ofMaxLength(20);
    Arbitrary<Payload> payloads =
        Arbitraries.oneOf(
            Arbitraries.just(new Payload.Noop()),
            Arbitraries.integers().between(0, 5000).map(ms -> new Payload.Sleep(ms / 1000.0)),
            text.filter(t -> !t.isEmpty())
                .list()
                .ofMinSize(1)
                .ofMaxSize(5)
                .map(argv -> new Payload.Exec(argv, Map.of("A", "1"), null, null)),
            Combinators.combine(
                    Arbitraries.integers().between(1, 64),
                    Arbitraries.integers().between(1, 64),
                    Arbitraries.integers().between(1, 8),
                    Arbitraries.integers().between(0, 4))
                .as((nodes, each, cores, gpus) -> new MpiLayout(nodes * each, each, cores, gpus))
                .map(layout -> Payload.Mpi.of(layout, "a", "b")));
    Arbitrary<Resources> resources =
        Combinators.combine(
                Arbitraries.oneOf(
                    Arbitraries.integers().between(1, 200_000),
                    Arbitraries.just(Resources.ALL_CORES)),
                Arbitraries.of(0, 1, 500, 1000, 8000),
                Arbitraries.longs().between(0, 1 << 20),
                Arbitraries.of(Map.<String, Integer>of(), Map.of("qpu:ibm", 2)))
            .as((cores, gpus, memory, named) -> new Resources(cores, gpus, memory, 1, named));
    return Combinators.combine(
            payloads,
            resources,
            Arbitraries.of(Priority.values()),
            Arbitraries.of(List.of("shared", "p1", "a-b_c")),
            Arbitraries.integers().between(1, 1_000_000),
            text)
        .as(
            (payload, needs, priority, pool, millis, tag) ->
                TaskDescription.of(payload)
                    .id("t" + millis)
                    .resources(of(payload, needs))
                    .priority(priority)
                    .pool(new Pool(pool))
                    .timeout(Duration.ofMillis(millis))
                    .tags(Map.of("tag", tag))
                    .build());
  }

  /** Of an MPI program all but memory and named resources follows from its layout. */
  private static Resources of(Payload payload, Resources needs) {
    Resources usual = payload.usualResources();
    return payload instanceof Payload.Mpi
        ? new Resources(
            usual.milliCores(), usual.milliGpus(), needs.memoryMb(), usual.nodes(), needs.named())
        : needs;
  }
}
