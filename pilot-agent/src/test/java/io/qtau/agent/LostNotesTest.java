package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.protocol.AgentName;
import io.qtau.protocol.Capacity;
import io.qtau.protocol.GangNote;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskError;
import io.qtau.protocol.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The head of a program on two nodes and the other node's part of it, whose notes get lost. */
class LostNotesTest {
  private static final AgentName HEAD = AgentName.parse("p.0");
  private static final AgentName OTHER = AgentName.parse("p.1");
  private static final Needs ONE_CORE = Needs.ofCores(1000);
  private static final Node NODE =
      new Node(OwnCores.unbound(2, "a test"), List.of(), 100, Map.of());
  private static final Capacity TWO_CORES = new Capacity(2000, 0, 0, Map.of(), Set.of(), Set.of());

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final Set<GangNote.Word> lost = EnumSet.noneOf(GangNote.Word.class);
  private final Packer packer = new Packer(NODE.ledger(Set.of()), System::nanoTime);
  private final CompletableFuture<Gang> whole = new CompletableFuture<>();
  private final ProcessTree tree = new ProcessTree(thread, "life");
  private final String mark = tree.newMark();
  @TempDir Path directory;
  private GatheredGang gang;
  private GangParts parts;

  /** A way that loses the first note of each word. */
  private GangNotes way(Consumer<GangNote> hears) {
    return new GangNotes() {
      @Override
      public void send(GangNote note, @Nullable AgentName to) {
        if (!lost.add(note.word())) {
          thread.execute(() -> hears.accept(note));
        }
      }

      @Override
      public boolean wasAway() {
        return false;
      }
    };
  }

  @BeforeEach
  void begin() {
    parts =
        new GangParts(
            OTHER,
            "other",
            NODE,
            packer,
            tree,
            way(note -> gang.heard(note)),
            new AgentClock(),
            () -> false,
            thread);
    Siblings siblings = new Siblings(HEAD, System::nanoTime);
    siblings.isHere(OTHER, TWO_CORES, TWO_CORES);
    gang =
        new GatheredGang(
            "0-g",
            HEAD,
            new MpiNode(HEAD.toString(), "own", List.of(), List.of(), false),
            ONE_CORE,
            2,
            new GangNote.Part(
                new SessionName("s"), new TaskId("t"), 1, 1000, 0, 60, Map.of(), mark, null),
            siblings,
            way(note -> parts.heard(note)),
            thread,
            "qtau-test-",
            new Waiting());
    thread.execute(gang::begin);
    var unused =
        thread.scheduleWithFixedDelay(
            () -> {
              gang.look();
              parts.look();
            },
            50,
            50,
            TimeUnit.MILLISECONDS);
    LimitWatch.start(thread, List.of(), parts::memoryBounds, new TaskLimits(1, 100));
  }

  @AfterEach
  void end() {
    ProcessTree.find(mark).forEach(ProcessHandle::destroyForcibly);
    thread.shutdownNow();
  }

  private final class Waiting implements GangUser {
    @Override
    public boolean isWanted() {
      return true;
    }

    @Override
    public void whole(Gang made) {
      whole.complete(made);
    }

    @Override
    public void inVain() {
      whole.completeExceptionally(new AssertionError("gathered in vain"));
    }

    @Override
    public void abandon() {
      whole.completeExceptionally(new AssertionError("abandoned"));
    }
  }

  private static void call(Gang made, String command) throws IOException, InterruptedException {
    String shell = made.remoteShell().orElseThrow().toString();
    Process call = new ProcessBuilder(shell, "other", command).inheritIO().start();
    assertThat(call.waitFor()).isZero();
  }

  @Test
  void itComesTogetherRunsOnceAndEndsThoughTheFirstNoteOfEachKindIsLost() throws Exception {
    Gang made = whole.get(10, TimeUnit.SECONDS);
    assertThat(made.nodes()).extracting(MpiNode::name).containsExactly("own", "other");
    Path runs = directory.resolve("runs");
    call(made, "echo run >>'" + runs + "'; exec sleep 60");
    Awaitility.await("the command").atMost(Duration.ofSeconds(10)).until(() -> Files.exists(runs));
    Awaitility.await("a second start")
        .pollDelay(Duration.ofMillis(1500)) // It is said again each second.
        .until(() -> lost.contains(GangNote.Word.HOLDS));
    assertThat(runs).hasContent("run");

    made.end().get(10, TimeUnit.SECONDS);
    assertThat(made.broken()).isEmpty();
    assertThat(ProcessTree.find(mark)).isEmpty();
    assertThat(packer.free()).isEqualTo(packer.total());
    assertThat(lost)
        .contains(GangNote.Word.RESERVE, GangNote.Word.GRANTED, GangNote.Word.START)
        .contains(GangNote.Word.RELEASE, GangNote.Word.RELEASED);
  }

  @Test
  void aCommandThatFailsBreaksItThoughThatIsSaidInVainAtFirst() throws Exception {
    Gang made = whole.get(10, TimeUnit.SECONDS);
    CompletableFuture<Void> broken = new CompletableFuture<>();
    made.onBroken(() -> broken.complete(null));
    call(made, "echo no such fabric >&2; exit 3");
    broken.get(10, TimeUnit.SECONDS);
    assertThat(made.broken().orElseThrow().message())
        .contains("node of p.1", "with 3: no such fabric");
    assertThat(lost).contains(GangNote.Word.FAILED);
    made.end().get(10, TimeUnit.SECONDS);
  }

  @Test
  void memoryBeyondAPartsShareBreaksItThoughThatIsSaidInVainAtFirst() throws Exception {
    Gang made = whole.get(10, TimeUnit.SECONDS);
    CompletableFuture<Void> broken = new CompletableFuture<>();
    made.onBroken(() -> broken.complete(null));
    // What has no line's end is kept until there is one.
    call(made, "(head -c 90M /dev/zero; exec sleep 60) | tail");
    broken.get(20, TimeUnit.SECONDS);
    TaskError why = made.broken().orElseThrow();
    assertThat(why.type()).isEqualTo("OutOfMemory");
    assertThat(why.message())
        .matches(
            "it used (6[1-9]|[789].) MiB of memory on other, the node of p.1, and"
                + " resources.memory_mb is 60: it was ended with all its processes");
    assertThat(lost).contains(GangNote.Word.EXCEEDED);
    made.end().get(10, TimeUnit.SECONDS);
    assertThat(ProcessTree.find(mark)).isEmpty();
  }
}
