package io.qtau.agent;

import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.GangNote;
import io.qtau.protocol.GangNote.Word;
import io.qtau.protocol.Lane;
import io.qtau.protocol.Payload;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Programs on several nodes of the pilot. The pilot's head alone takes them, and gathers one at a
 * time, so that no two wait for each other's nodes; the others give it slots. All of it is on one
 * thread.
 */
final class Gangs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gangs.class);
  private static final long LOOK_MILLIS = 200;
  private static final long SAY = TimeUnit.SECONDS.toNanos(2);

  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread made = new Thread(task, "gangs");
            made.setDaemon(true);
            return made;
          });
  private final Map<String, GatheredGang> led = new ConcurrentHashMap<>();
  private final Map<TaskKey, Gang> whole = new ConcurrentHashMap<>();
  private final GatherTurn turn = new GatherTurn();
  private final AgentName own;
  private final String nodeName;
  private final Node node;
  private final Packer packer;
  private final ProcessTree tree;
  private final Siblings siblings;
  private final GangBus bus;
  private final GangParts parts;
  private final BooleanSupplier leaves;
  private long saidNanos;
  private boolean saidBye;

  /**
   * @param nodeName what launchers call this node
   * @param leaves whether nothing new begins here
   */
  Gangs(
      AgentName own,
      String nodeName,
      Node node,
      Packer packer,
      ProcessTree tree,
      AgentClock clock,
      BooleanSupplier leaves) {
    this.own = own;
    this.nodeName = nodeName;
    this.node = node;
    this.packer = packer;
    this.tree = tree;
    this.leaves = leaves;
    siblings = new Siblings(own, System::nanoTime);
    bus = new GangBus(own);
    parts = new GangParts(own, nodeName, node, packer, tree, bus, clock, leaves, thread);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    var unused =
        thread.scheduleWithFixedDelay(
            () -> safely(this::look), LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Talks over this link from now on. */
  void open(Link link) throws ActiveMQException {
    bus.open(link, note -> thread.execute(() -> safely(() -> heard(note))));
    thread.execute(() -> safely(this::say));
  }

  private static void safely(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.error("programs on several nodes", e);
    }
  }

  private void look() {
    led.values().removeIf(GatheredGang::isOver);
    led.values().forEach(GatheredGang::look);
    parts.look();
    if (System.nanoTime() - saidNanos > SAY) {
      say();
    }
  }

  private void say() {
    saidNanos = System.nanoTime();
    if (leaves.getAsBoolean()) {
      if (!saidBye) {
        saidBye = true;
        bus.send(GangNote.of(own, Word.BYE, null), null);
      }
    } else if (siblings.isHead()) {
      bus.send(GangNote.of(own, Word.HEAD, null), null);
    } else {
      AgentName head = siblings.head();
      if (head != null) {
        bus.send(GangNote.here(own, packer.total(), packer.free()), head);
      }
    }
  }

  private void heard(GangNote note) {
    AgentName from = note.from();
    switch (note.word()) {
      case HEAD -> {
        boolean news = !from.equals(siblings.head());
        siblings.headIs(from);
        if (news && from.equals(siblings.head())) {
          say();
        }
      }
      case HERE -> {
        if (note.total() != null && note.free() != null) {
          siblings.isHere(from, note.total(), note.free());
        }
      }
      case BYE -> siblings.isGone(from);
      case RESERVE, KEEP, START, RELEASE -> parts.heard(note);
      case GRANTED, HOLDS, FAILED, EXCEEDED, RELEASED -> {
        GatheredGang gang = led.get(String.valueOf(note.gang()));
        if (gang != null) {
          gang.heard(note);
        } else if (note.word() != Word.RELEASED) {
          bus.send(GangNote.of(own, Word.RELEASE, note.gang()), from);
        }
      }
    }
  }

  /** Whether this agent may take a task of a lane, as far as other nodes are concerned. */
  boolean mayTake(Lane lane, Needs needs) {
    int others = lane.shape().nodes() - 1;
    return others == 0 || (siblings.isHead() && turn.isFree() && siblings.areEnough(needs, others));
  }

  /** Whether it is this task's turn to be gathered; if so it is until {@link #turnIsOver}. */
  boolean isTurnOf(TaskKey task) {
    return turn.take(task);
  }

  /** The next one may be taken. */
  void turnIsOver(TaskKey task) {
    turn.end(task);
  }

  /**
   * Gathers nodes for a task that has its slots here.
   *
   * @param slots what it has here
   * @param directory of its attempt
   */
  void gather(
      Delivery delivery,
      TaskDescription task,
      Needs needs,
      Slots slots,
      Path directory,
      GangUser user) {
    Path work = directory.resolve("work");
    boolean ownDirectory = task.payload() instanceof Payload.Mpi mpi && mpi.cwd() == null;
    GangNote.Part part =
        new GangNote.Part(
            delivery.key().session(),
            delivery.key().id(),
            delivery.attempt(),
            needs.milliCores(),
            needs.milliGpus(),
            needs.memoryMb(),
            needs.named(),
            tree.newMark(),
            ownDirectory ? work.toString() : null);
    if (ownDirectory && !work.toFile().mkdirs()) {
      LOG.debug("{} is there", work);
    }
    String id = own.number() + "-" + UUID.randomUUID();
    MpiNode here = here(slots);
    GatheredGang gang =
        new GatheredGang(
            id,
            own,
            here,
            needs,
            task.resources().nodes(),
            part,
            siblings,
            bus,
            thread,
            Sweeper.temporary(tree.life()),
            user);
    led.put(id, gang);
    thread.execute(() -> safely(gang::begin));
  }

  /** This task runs in these nodes. */
  void isWhole(TaskKey task, Gang gang) {
    whole.put(task, gang);
  }

  /** The nodes of an execution that is about to begin. */
  Gang of(Execution execution) {
    Gang gang = whole.remove(execution.key());
    return gang != null ? gang : Gang.of(here(execution.slots()));
  }

  private MpiNode here(Slots slots) {
    return new MpiNode(own.toString(), nodeName, slots.cpus(), slots.gpus(), node.hasGpus());
  }

  /** Ends this node's parts of others' programs: this agent leaves. */
  void giveBack() {
    thread.execute(() -> safely(parts::giveBack));
    thread.execute(() -> safely(this::say));
  }

  /** How many parts of others' programs run or wait here. */
  int count() {
    return parts.count();
  }

  /** What its parts of others' programs may use. */
  List<MemoryBound> memoryBounds() {
    return parts.memoryBounds();
  }

  List<AgentState.Attempt> told() {
    return parts.told();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
