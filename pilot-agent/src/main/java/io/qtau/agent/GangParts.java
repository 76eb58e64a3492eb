package io.qtau.agent;

import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.GangNote;
import io.qtau.protocol.GangNote.Word;
import io.qtau.protocol.Lane;
import io.qtau.protocol.Pool;
import io.qtau.protocol.Priority;
import io.qtau.protocol.Shape;
import io.qtau.protocol.TaskKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's parts of programs whose heads are other agents. Slots are kept as they fall free, and
 * given under a lease that the head renews. When that ends, or the head gives them back, all
 * processes of the program on this node are ended, and only then are the slots free. All calls are
 * one thread's.
 */
final class GangParts {
  private static final Logger LOG = LoggerFactory.getLogger(GangParts.class);

  /** What is renewed every second has been missed three times. */
  static final long LEASE = TimeUnit.SECONDS.toNanos(4);

  private static final Lane LANE =
      new Lane(Pool.SHARED, Shape.ONE_CORE, Priority.HIGH, false); // Only its priority counts.

  /** One of them. */
  private static final class Part {
    private final AgentName head;
    private final GangNote.Part wanted;
    private final long sinceUs;
    private long keptNanos;
    private volatile boolean over;
    private volatile @Nullable Grant grant;
    private volatile boolean freed;
    private GangNote.@Nullable Place place;
    private @Nullable String problem;
    private @Nullable String exceeded;
    private boolean started;
    private boolean ending;
    private boolean madeDirectory;

    Part(AgentName head, GangNote.Part wanted, long sinceUs) {
      this.head = head;
      this.wanted = wanted;
      this.sinceUs = sinceUs;
      keptNanos = System.nanoTime();
    }
  }

  private final Map<String, Part> parts = new ConcurrentHashMap<>();
  private final AgentName own;
  private final String nodeName;
  private final Node node;
  private final Packer packer;
  private final ProcessTree tree;
  private final GangNotes notes;
  private final AgentClock clock;
  private final BooleanSupplier leaves;
  private final Executor thread;

  /**
   * @param nodeName what launchers call this node
   * @param leaves whether nothing new begins here
   * @param thread the one thread
   */
  GangParts(
      AgentName own,
      String nodeName,
      Node node,
      Packer packer,
      ProcessTree tree,
      GangNotes notes,
      AgentClock clock,
      BooleanSupplier leaves,
      Executor thread) {
    this.own = own;
    this.nodeName = nodeName;
    this.node = node;
    this.packer = packer;
    this.tree = tree;
    this.notes = notes;
    this.clock = clock;
    this.leaves = leaves;
    this.thread = thread;
  }

  /** A head has something to say about one. */
  void heard(GangNote note) {
    String gang = String.valueOf(note.gang());
    Part part = parts.get(gang);
    if (note.word() == Word.RESERVE && note.part() != null) {
      reserve(gang, part, note.from(), note.part());
    } else if (part == null) {
      notes.send(GangNote.of(own, Word.RELEASED, gang), note.from());
    } else {
      part.keptNanos = System.nanoTime();
      switch (note.word()) {
        case KEEP -> answer(gang, part);
        case START -> {
          start(gang, part, String.valueOf(note.text()));
          answer(gang, part);
        }
        case RELEASE -> end(gang, part, false);
        default -> LOG.debug("{} says {} of a part here", note.from(), note.word());
      }
    }
  }

  /** Says again what the head may have missed. */
  private void answer(String gang, Part part) {
    notes.send(
        part.exceeded == null
            ? GangNote.goesOn(own, gang, part.place, part.problem)
            : GangNote.exceeded(own, gang, part.exceeded),
        part.head);
  }

  private void reserve(String gang, @Nullable Part known, AgentName head, GangNote.Part wanted) {
    if (known != null) {
      return;
    }
    if (leaves.getAsBoolean()) {
      notes.send(GangNote.of(own, Word.RELEASED, gang), head);
      return;
    }
    Part part = new Part(head, wanted, clock.micros());
    parts.put(gang, part);
    Needs needs =
        new Needs(
            wanted.milliCores(), wanted.milliGpus(), wanted.memoryMb(), wanted.named(), false);
    Seat seat = packer.part(LANE, needs);
    TaskKey key = new TaskKey(wanted.session(), wanted.id());
    Thread waits =
        new Thread(
            () -> {
              Grant grant = null;
              try {
                grant = packer.kept().awaitPart(seat, key, () -> !part.over);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              Grant got = grant;
              thread.execute(() -> got(gang, part, got));
            },
            "part-" + wanted.id());
    waits.setDaemon(true);
    waits.start();
  }

  private void got(String gang, Part part, @Nullable Grant grant) {
    part.grant = grant;
    if (grant == null || part.over) {
      free(gang, part);
      return;
    }
    String directory = part.wanted.directory();
    try {
      if (directory != null && !Files.exists(Path.of(directory))) { // Else the head has made it.
        Files.createDirectories(Path.of(directory));
        part.madeDirectory = true;
      }
    } catch (IOException e) {
      part.problem = "cannot make " + e.getMessage();
    }
    Slots slots = node.slots(grant);
    GangNote.Place place = new GangNote.Place(nodeName, slots.cpus(), slots.gpus(), node.hasGpus());
    part.place = place;
    notes.send(GangNote.granted(own, gang, place), part.head);
  }

  private void start(String gang, Part part, String command) {
    if (part.started || part.over) {
      return;
    }
    part.started = true;
    RemoteCommand.start(
        command,
        part.wanted.mark(),
        problem ->
            thread.execute(
                () -> {
                  part.problem = problem;
                  answer(gang, part);
                }));
  }

  /**
   * @param atOnce whether its processes have no time to end by themselves
   */
  private void end(String gang, Part part, boolean atOnce) {
    part.over = true;
    if (part.ending || part.grant == null) {
      return; // Whoever waits for its slots sees to the rest.
    }
    part.ending = true;
    String mark = part.wanted.mark();
    CompletableFuture<Void> gone = atOnce ? tree.killNow(mark) : tree.sweep(mark);
    var unused = gone.thenRunAsync(() -> free(gang, part), thread);
  }

  private void free(String gang, Part part) {
    Grant grant = part.grant;
    part.freed = true;
    if (grant != null) {
      packer.release(grant);
    }
    if (part.madeDirectory) {
      WorkDirectory.clean(Path.of(String.valueOf(part.wanted.directory())).resolveSibling(""));
    }
    parts.remove(gang);
    notes.send(GangNote.of(own, Word.RELEASED, gang), part.head);
  }

  /** Ends those that nobody has kept; often. */
  void look() {
    long now = System.nanoTime();
    parts.forEach(
        (gang, part) -> {
          if (now - part.keptNanos > LEASE && !part.ending) {
            LOG.warn(
                "{} was silent for {} s: its program {}/{} ends here",
                part.head,
                TimeUnit.NANOSECONDS.toSeconds(LEASE),
                part.wanted.session(),
                part.wanted.id());
            end(gang, part, true);
          }
        });
  }

  /** Ends all of them: this agent leaves. */
  void giveBack() {
    parts.forEach((gang, part) -> end(gang, part, false));
  }

  int count() {
    return parts.size();
  }

  /** What those may use whose memory is bounded; for whoever looks after that. */
  List<MemoryBound> memoryBounds() {
    return parts.entrySet().stream()
        .filter(one -> one.getValue().wanted.memoryMb() > 0)
        .filter(one -> one.getValue().grant != null && !one.getValue().over)
        .map(one -> memoryBound(one.getKey(), one.getValue()))
        .toList();
  }

  private MemoryBound memoryBound(String gang, Part part) {
    return new MemoryBound(
        part.wanted.mark(),
        part.wanted.memoryMb(),
        (memoryMb, tooMuch) -> {
          if (tooMuch) {
            thread.execute(() -> exceeded(gang, part, memoryMb));
          }
        });
  }

  /** Its head ends all of it: ended here alone, it would have failed for another reason. */
  private void exceeded(String gang, Part part, long memoryMb) {
    if (part.exceeded == null && !part.over) {
      String where = nodeName + ", the node of " + own;
      part.exceeded = MemoryBound.exceeded(memoryMb, part.wanted.memoryMb(), where).message();
      answer(gang, part);
    }
  }

  /** Those that run, for whoever looks at this agent; none whose slots may be others' already. */
  List<AgentState.Attempt> told() {
    return List.copyOf(parts.values()).stream()
        .filter(part -> part.grant != null && !part.freed)
        .map(
            part ->
                new AgentState.Attempt(
                    part.wanted.session(),
                    part.wanted.id(),
                    part.wanted.attempt(),
                    part.sinceUs,
                    part.grant == null ? null : node.holding(part.grant)))
        .toList();
  }
}
