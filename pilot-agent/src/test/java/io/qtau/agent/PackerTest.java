package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.agent.Packer.Turn;
import io.qtau.protocol.Lane;
import io.qtau.protocol.Pool;
import io.qtau.protocol.Priority;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.Shape;
import io.qtau.protocol.TaskId;
import io.qtau.protocol.TaskKey;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class PackerTest {
  private static final TaskKey TASK = new TaskKey(new SessionName("s"), new TaskId("t"));

  private final AtomicLong later = new AtomicLong();
  private final Packer packer =
      new Packer(SlotLedger.ofCores(4), () -> System.nanoTime() + later.get());

  private static Lane lane(String shape, Priority priority) {
    return new Lane(Pool.SHARED, new Shape(shape), priority, false);
  }

  private Seat seat(String shape) {
    return packer.open(lane(shape, Priority.NORMAL), Map.of());
  }

  private Turn turn(Seat seat) throws InterruptedException {
    return packer.await(seat, 1);
  }

  private CompletableFuture<Turn> inThread(Seat seat) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return packer.await(seat, 60_000);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private Grant start(Seat seat) throws InterruptedException {
    return start(packer, seat);
  }

  private static CompletableFuture<Grant> kept(Packer packer, Seat seat) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return Objects.requireNonNull(packer.kept().awaitReserved(seat, TASK, 30_000));
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void eachPriorityHasItsShareInAnyOrderOfAsking() throws Exception {
    Seat high = packer.open(lane("c4", Priority.HIGH), Map.of());
    Seat normal = packer.open(lane("c4", Priority.NORMAL), Map.of());
    Seat low = packer.open(lane("c4", Priority.LOW), Map.of());
    for (List<Seat> order : List.of(List.of(high, normal, low), List.of(low, normal, high))) {
      Map<Priority, Integer> starts = new EnumMap<>(Priority.class);
      for (int i = 0; i < 1000; i++) {
        for (Seat seat : order) {
          if (packer.await(seat, 0) == Turn.GO) {
            packer.release(Objects.requireNonNull(packer.came(seat, 0)));
            starts.merge(seat.lane.priority(), 1, Integer::sum);
            break;
          }
        }
      }
      assertThat(starts.get(Priority.HIGH)).isBetween(825, 875);
      assertThat(starts.get(Priority.NORMAL)).isBetween(85, 115);
      assertThat(starts.get(Priority.LOW)).isBetween(40, 60);
    }
  }

  @Test
  void unitsAreGotForALaneThatHasTasksAndRoomForOne() throws Exception {
    packer.units().share(Map.of("license:x", 1));
    Seat seat = packer.open(lane("c4.x01234567", Priority.NORMAL), Map.of("license:x", 1));
    Seat narrow = seat("c1");
    assertThat(turn(seat)).isEqualTo(Turn.UNITS);
    packer.empty(seat);
    assertThat(turn(seat)).isEqualTo(Turn.LOOK);
    assertThat(packer.came(seat, 0)).as("no unit").isNull();
    Grant grant = start(narrow);
    assertThat(turn(seat)).as("no cores").isEqualTo(Turn.WAIT);
    packer.release(grant);
    packer.units().came(Map.of("license:x", 1));
    start(seat);
    later.addAndGet(NamedCounts.TURN);
    packer.units().areLost();
    assertThat(packer.units().share(Map.of("license:x", 1))).containsEntry("license:x", 1);
  }

  @Test
  void whatIsEmptyHoldsNobodyUp() throws Exception {
    Seat high = packer.open(lane("c1", Priority.HIGH), Map.of());
    Seat low = packer.open(lane("c1", Priority.LOW), Map.of());
    assertThat(turn(low)).isEqualTo(Turn.WAIT);
    packer.empty(high);
    start(low);
  }

  @Test
  void nobodyWaitsLongForAPullThatMayBringNothing() throws Exception {
    Seat high = packer.open(lane("c4", Priority.HIGH), Map.of());
    Seat low = packer.open(lane("c4", Priority.LOW), Map.of());
    assertThat(turn(high)).isEqualTo(Turn.GO);
    assertThat(turn(low)).isEqualTo(Turn.WAIT);
    later.addAndGet(TimeUnit.MILLISECONDS.toNanos(20));
    start(low);
    assertThat(packer.came(high, 0)).as("its slots are another's by now").isNull();
  }

  @Test
  void whoFellAsleepBeforeAPullWasPromisedAllSlotsWakesWhenThatBringsNothing() throws Exception {
    Seat narrow = seat("c1");
    Seat wide = seat("c4");
    Grant all = start(wide);
    CompletableFuture<Turn> turn = inThread(narrow);
    Awaitility.await("it waits").until(() -> narrow.waiting);
    packer.release(all);
    assertThat(turn(wide)).isEqualTo(Turn.GO);
    assertThat(turn.get(30, TimeUnit.SECONDS)).isEqualTo(Turn.GO);
  }

  @Test
  void slotsAreKeptForAWideTaskThatNarrowOnesOvertookOnItsWay() throws Exception {
    Seat narrow = seat("c1");
    Seat wide = seat("c4");
    assertThat(turn(wide)).isEqualTo(Turn.GO);
    later.addAndGet(TimeUnit.MILLISECONDS.toNanos(20));
    Grant one = start(narrow);
    assertThat(packer.came(wide, 0)).isNull();
    assertThat(packer.kept().isPassedBy(wide)).isTrue();
    CompletableFuture<Grant> kept = kept(packer, wide);
    Awaitility.await("slots are kept").until(() -> packer.kept().task() != null);
    assertThat(turn(narrow)).isEqualTo(Turn.WAIT);
    packer.release(one);
    packer.release(kept.get(20, TimeUnit.SECONDS));
  }

  @Test
  void noneAreKeptForOneThatOthersOfItsWidthOvertook() throws Exception {
    Seat other = seat("c4");
    Seat wide = seat("c4");
    packer.empty(other);
    assertThat(turn(wide)).isEqualTo(Turn.GO);
    later.addAndGet(TimeUnit.MILLISECONDS.toNanos(20));
    start(other);
    assertThat(packer.came(wide, 0)).isNull();
    assertThat(packer.kept().isPassedBy(wide)).isFalse();
  }

  @Test
  void aTaskThatSlotsAreKeptForGetsThoseThatAPullDidNotNeed() throws Exception {
    Seat narrow = seat("c1");
    Seat wide = seat("c4");
    packer.empty(wide);
    assertThat(turn(narrow)).isEqualTo(Turn.GO);
    assertThat(kept(packer, wide).get(20, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void ofThoseThatFitTheWidestGoesFirst() throws Exception {
    Seat narrow = seat("c1");
    Seat wide = seat("c2");
    assertThat(turn(narrow)).isEqualTo(Turn.WAIT);
    start(wide);
    start(wide);
    assertThat(turn(wide)).isEqualTo(Turn.WAIT);
    assertThat(turn(narrow)).as("nothing is free").isEqualTo(Turn.WAIT);
  }

  @Test
  void betweenLanesThatAreNearlyAlikeThereIsNoOrder() throws Exception {
    Seat one = seat("c1");
    Seat less = seat("c900m");
    start(less);
    start(one);
  }

  @Test
  void aTaskThatIsHereWaitsForHigherPrioritiesOnly() throws Exception {
    Seat narrow = seat("c1");
    Seat wide = seat("c2");
    assertThat(turn(narrow)).isEqualTo(Turn.WAIT);
    assertThat(packer.mayBegin(narrow, 1)).isTrue();
    Seat high = packer.open(lane("c1", Priority.HIGH), Map.of());
    assertThat(packer.mayBegin(narrow, 1)).isFalse();
    packer.empty(high);
    start(wide);
    start(wide);
    assertThat(packer.mayBegin(narrow, 1)).as("nothing is free").isFalse();
  }

  @Test
  void narrowTasksGoOnBesideAWideOneThatDoesNotFit() throws Exception {
    Seat narrow = seat("c1");
    Seat wide = seat("c4");
    packer.empty(wide);
    start(narrow);
    assertThat(turn(wide)).isEqualTo(Turn.WAIT);
    start(narrow);
    start(narrow);
  }

  @Test
  void slotsAreKeptForAWideTaskThatHasWaitedLongEnough() throws Exception {
    Seat narrow = seat("c1");
    Seat wide = seat("c3");
    packer.empty(wide);
    Grant first = start(narrow);
    Grant second = start(narrow);
    assertThat(turn(wide)).isEqualTo(Turn.WAIT);
    Grant third = start(narrow);
    later.addAndGet(Reservation.PATIENCE);
    assertThat(turn(wide)).isEqualTo(Turn.RESERVE);
    CompletableFuture<Grant> reserved = kept(packer, wide);
    Awaitility.await("the reservation").until(() -> turn(narrow) == Turn.WAIT);
    packer.release(first);
    assertThat(turn(narrow)).as("what falls free is kept").isEqualTo(Turn.WAIT);
    packer.release(second);
    Grant granted = reserved.get(10, TimeUnit.SECONDS);
    assertThat(granted.cores()).hasSize(3);
    assertThat(turn(narrow)).isEqualTo(Turn.WAIT);
    packer.release(granted);
    packer.empty(wide);
    start(narrow);
    packer.release(third);
  }

  @Test
  void othersFillWhatATaskThatSlotsAreKeptForCannotUse() throws Exception {
    Packer node =
        new Packer(
            new SlotLedger(Units.alike(4), Units.alike(2), 0, Map.of(), Set.of()),
            () -> System.nanoTime() + later.get());
    Seat oneGpu = node.open(lane("c1.g1", Priority.NORMAL), Map.of());
    Seat bothGpus = node.open(lane("c1.g2", Priority.NORMAL), Map.of());
    Seat plain = node.open(lane("c1", Priority.NORMAL), Map.of());
    node.empty(bothGpus);
    node.empty(plain);
    Grant first = start(node, oneGpu);
    assertThat(node.await(bothGpus, 1)).isEqualTo(Turn.WAIT);
    Grant second = start(node, oneGpu);
    later.addAndGet(Reservation.PATIENCE);
    assertThat(node.await(bothGpus, 1)).isEqualTo(Turn.RESERVE);
    CompletableFuture<Grant> reserved = kept(node, bothGpus);
    Awaitility.await("the reservation").until(() -> node.kept().task() != null);
    node.release(first);
    assertThat(node.await(oneGpu, 1)).as("a GPU that falls free is kept").isEqualTo(Turn.WAIT);
    start(node, plain);
    start(node, plain);
    assertThat(node.await(plain, 1)).as("the last core is kept").isEqualTo(Turn.WAIT);
    node.release(second);
    assertThat(reserved.get(10, TimeUnit.SECONDS).gpus()).hasSize(2);
  }

  private static Grant start(Packer packer, Seat seat) throws InterruptedException {
    assertThat(packer.await(seat, 1)).isEqualTo(Turn.GO);
    return Objects.requireNonNull(packer.came(seat, 0));
  }

  @Test
  void nothingIsKeptForATaskThatWaitsBehindOthersOfItsWidth() throws Exception {
    Seat one = seat("c4");
    Seat other =
        packer.open(new Lane(new Pool("p1"), new Shape("c4"), Priority.NORMAL, false), Map.of());
    start(one);
    assertThat(turn(other)).isEqualTo(Turn.WAIT);
    later.addAndGet(Reservation.PATIENCE);
    assertThat(turn(other)).isEqualTo(Turn.WAIT);
  }

  @Test
  void aReservationThatIsGivenUpFreesItsSlots() throws Exception {
    Seat narrow = seat("c1");
    Seat wide = seat("c4");
    packer.empty(wide);
    start(narrow);
    assertThat(turn(wide)).isEqualTo(Turn.WAIT);
    start(narrow);
    later.addAndGet(Reservation.PATIENCE);
    assertThat(turn(wide)).isEqualTo(Turn.RESERVE);
    assertThat(packer.kept().awaitReserved(wide, TASK, 1)).isNull();
    assertThat(turn(narrow)).isEqualTo(Turn.WAIT);
    assertThat(turn(wide)).as("it goes on, and takes its task again").isEqualTo(Turn.RESERVE);
    packer.empty(wide);
    start(narrow);
  }

  @Test
  void whoWaitsIsWokenByASlot() throws Exception {
    Seat all = seat("c4");
    Grant grant = start(all);
    packer.empty(all);
    Seat one = seat("c1");
    CompletableFuture<Turn> waiting = inThread(one);
    packer.release(grant);
    assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo(Turn.GO);
  }

  @Test
  void aLaneGoesOnInItsOwnSlotsAsLongAsNobodyElseWaits() throws Exception {
    Seat own = seat("c4");
    start(own);
    for (int i = 0; i < 100; i++) {
      assertThat(packer.goesOn(own)).isTrue();
    }
  }

  @Test
  void whoeverWaitsHasATurnAfterEightThatFollowEachOther() throws Exception {
    Seat own = seat("c4");
    Grant grant = start(own);
    Seat other = seat("c4");
    for (int i = 0; i < 8; i++) {
      assertThat(packer.goesOn(own)).isTrue();
    }
    assertThat(packer.goesOn(own)).isFalse();
    packer.release(grant);
    start(other);
  }

  @Test
  void nobodyGoesOnInSlotsThatAreKept() throws Exception {
    Seat narrow = seat("c1");
    start(narrow);
    Seat wide = seat("c4");
    turn(wide);
    start(narrow);
    later.addAndGet(Reservation.PATIENCE);
    assertThat(turn(wide)).isEqualTo(Turn.RESERVE);
    assertThat(packer.goesOn(narrow)).isFalse();
  }

  @Test
  void aNudgeEndsAWaitForSlots() throws Exception {
    Seat own = seat("c4");
    start(own);
    packer.nudge(own);
    long before = System.nanoTime();
    assertThat(packer.mayBegin(own, 60_000)).isFalse();
    assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(30));
  }
}
