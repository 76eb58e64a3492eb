package io.qtau.agent;

import io.qtau.protocol.AgentName;
import io.qtau.protocol.GangNote;
import io.qtau.protocol.GangNote.Word;
import io.qtau.protocol.TaskError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of one program whose head this agent is: asked for slots until there are enough that
 * have given them, all or nothing, and kept by a note every second. All calls are one thread's.
 */
final class GatheredGang {
  private static final long KEEP = TimeUnit.SECONDS.toNanos(1);
  private static final long SAY_AGAIN = TimeUnit.MILLISECONDS.toNanos(500);

  private static final String SILENT = "has been silent for too long";
  private static final long LISTEN_MILLIS = 10;

  /** If it has not come together by then, others may have the program. */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

  /** A launcher whose part on a node has failed ends by itself, and knows better why. */
  private static final long TO_END = TimeUnit.SECONDS.toNanos(2);

  private enum Phase {
    GATHERING,
    WHOLE,
    ENDING,
    OVER
  }

  /** Where a launcher's part has failed. */
  private record Suspect(AgentName agent, String why, long sinceNanos) {}

  private final String id;
  private final AgentName own;
  private final MpiNode ownNode;
  private final Needs needs;
  private final int others;
  private final GangNote.Part part;
  private final Siblings siblings;
  private final GangNotes notes;
  private final ScheduledExecutorService thread;
  private final String shellPrefix;
  private final GangUser user;
  private final long beganNanos = System.nanoTime();
  private final GangMembers asked = new GangMembers();
  private final BooleanSupplier mayGoOn;
  private Phase phase = Phase.GATHERING;
  private long askedNanos;
  private long saidNanos;
  private @Nullable Suspect suspect;
  private @Nullable WholeGang gang;
  private @Nullable GangShell shell;

  GatheredGang(
      String id,
      AgentName own,
      MpiNode ownNode,
      Needs needs,
      int nodes,
      GangNote.Part part,
      Siblings siblings,
      GangNotes notes,
      ScheduledExecutorService thread,
      String shellPrefix,
      GangUser user) {
    this.id = id;
    this.own = own;
    this.ownNode = ownNode;
    this.needs = needs;
    others = nodes - 1;
    this.part = part;
    this.siblings = siblings;
    this.notes = notes;
    this.thread = thread;
    this.shellPrefix = shellPrefix;
    this.user = user;
    mayGoOn = () -> user.isWanted() && System.nanoTime() - beganNanos < PATIENCE;
  }

  /** Asks as many as are needed. */
  void begin() {
    siblings.able(needs).stream().limit(others).forEach(this::ask);
  }

  private void ask(AgentName agent) {
    asked.add(agent);
    askedNanos = System.nanoTime();
    notes.send(GangNote.reserve(own, id, part), agent);
  }

  boolean isOver() {
    return phase == Phase.OVER;
  }

  /** Time has passed. */
  void look() {
    long now = System.nanoTime();
    switch (phase) {
      case GATHERING -> gather(now);
      case WHOLE -> {
        asked.silent().forEach(agent -> lost(agent, SILENT));
        if (suspect != null && now - suspect.sinceNanos() > TO_END) {
          lost(suspect.agent(), suspect.why());
        }
      }
      case ENDING -> endIfDone();
      case OVER -> {}
    }
    say(now);
  }

  private void gather(long now) {
    if (!mayGoOn.getAsBoolean()) {
      release();
      return;
    }
    asked.silent().forEach(asked::remove);
    if (now - askedNanos > SAY_AGAIN || asked.count() < others) {
      siblings.able(needs).stream()
          .filter(agent -> !asked.has(agent))
          .findFirst()
          .ifPresent(this::ask);
    }
  }

  private void say(long now) {
    if (phase != Phase.OVER && now - saidNanos > (phase == Phase.ENDING ? SAY_AGAIN : KEEP)) {
      saidNanos = now;
      asked.all().stream()
          .filter(one -> !one.isReleased())
          .forEach(one -> notes.send(word(one), one.agent()));
    }
  }

  /** What an agent has to know, as it may have missed that. */
  private GangNote word(GangMembers.Member one) {
    if (phase == Phase.ENDING) {
      return GangNote.of(own, Word.RELEASE, id);
    }
    return one.command() == null
        ? GangNote.of(own, Word.KEEP, id)
        : GangNote.start(own, id, one.command());
  }

  /** One of those that were asked says something. */
  void heard(GangNote note) {
    GangMembers.Member one = asked.heard(note.from());
    if (one == null) {
      if (note.word() != Word.RELEASED) {
        notes.send(GangNote.of(own, Word.RELEASE, id), note.from());
      }
      return;
    }
    if (note.place() != null
        && one.gives(note.place())
        && phase == Phase.GATHERING
        && asked.given() == others) {
      whole();
    }
    switch (note.word()) {
      case RELEASED -> released(one);
      case FAILED -> suspected(note.from(), String.valueOf(note.text()));
      case EXCEEDED -> exceeded(String.valueOf(note.text()));
      default -> {}
    }
  }

  private void whole() {
    asked.all().stream()
        .filter(one -> one.place() == null)
        .forEach(one -> notes.send(GangNote.of(own, Word.RELEASE, id), one.agent()));
    asked.keepGiven();
    List<MpiNode> all = new ArrayList<>(List.of(ownNode));
    all.addAll(asked.nodes());
    phase = Phase.WHOLE;
    double seconds = (System.nanoTime() - beganNanos) / 1e9;
    WholeGang made =
        new WholeGang(
            part.mark(), all, seconds, this::openShell, () -> thread.execute(this::release));
    gang = made;
    user.whole(made);
  }

  private void released(GangMembers.Member one) {
    switch (phase) {
      case GATHERING -> asked.remove(one.agent());
      case WHOLE -> lost(one.agent(), "has left");
      case ENDING, OVER -> {
        one.release();
        endIfDone();
      }
    }
  }

  private void lost(AgentName agent, String why) {
    if (phase == Phase.WHOLE && notes.wasAway()) {
      user.abandon();
    } else if (phase == Phase.WHOLE) {
      blame(agent, why);
    }
  }

  private void suspected(AgentName agent, String why) {
    WholeGang whole = gang;
    if (suspect == null && whole != null) {
      suspect = new Suspect(agent, why, System.nanoTime());
      whole.isSuspected(nodeLost(agent, why));
    }
  }

  private void exceeded(String words) {
    WholeGang whole = gang;
    if (phase == Phase.WHOLE && whole != null) {
      whole.isBroken(new TaskError("OutOfMemory", words));
    }
  }

  private void blame(AgentName agent, String why) {
    AgentName silent = asked.quietest();
    if (silent == null || silent.equals(agent)) {
      isBroken(agent, why);
    } else {
      isBroken(silent, SILENT); // What goes wrong elsewhere goes wrong because of that.
    }
  }

  private void isBroken(AgentName agent, String why) {
    WholeGang whole = gang;
    if (whole != null) {
      whole.isBroken(nodeLost(agent, why));
    }
  }

  private TaskError nodeLost(AgentName agent, String why) {
    String node = asked.node(agent);
    String where = node.isEmpty() ? "" : node + ", ";
    return new TaskError(
        "NodeLost", where + "the node of " + agent + ", " + why + ": all ranks were ended");
  }

  /** Gives all nodes back. */
  void release() {
    if (phase == Phase.GATHERING || phase == Phase.WHOLE) {
      boolean inVain = phase == Phase.GATHERING;
      phase = Phase.ENDING;
      saidNanos = 0;
      say(System.nanoTime());
      endIfDone();
      if (inVain) {
        user.inVain();
      }
    }
  }

  /**
   * A node that says nothing has ended its part by itself when its lease is over. That may be why
   * the launcher has failed: whoever looks at the end of it has to know.
   */
  private void endIfDone() {
    if (phase != Phase.ENDING || !asked.areDone()) {
      return;
    }
    phase = Phase.OVER;
    if (shell != null) {
      shell.close();
    }
    if (gang != null) {
      if (notes.wasAway()) {
        user.abandon();
      }
      asked.all().stream()
          .filter(one -> !one.isReleased())
          .forEach(one -> blame(one.agent(), SILENT));
      gang.isOver();
    }
  }

  private Path openShell() throws IOException {
    GangShell opened = GangShell.open(shellPrefix, this::start);
    thread.execute(
        () -> {
          shell = opened;
          listen(opened);
        });
    return opened.program();
  }

  /** Until the launcher has called for all nodes. */
  private void listen(GangShell opened) {
    opened.look();
    if (phase == Phase.WHOLE && opened.count() < others) {
      var unused = thread.schedule(() -> listen(opened), LISTEN_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void start(String node, String command) {
    asked.all().stream()
        .filter(one -> one.place() != null && one.place().node().equals(node))
        .forEach(
            one -> {
              one.hasToRun(command);
              notes.send(GangNote.start(own, id, command), one.agent());
            });
  }
}
