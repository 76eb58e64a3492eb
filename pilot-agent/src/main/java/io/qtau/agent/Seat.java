package io.qtau.agent;

import io.qtau.protocol.Capacity;
import io.qtau.protocol.Lane;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * One lane's place at the {@link Packer}, which alone looks into it.
 *
 * <p>Whether a lane has tasks is known from its last pull only; before the first it is assumed.
 */
final class Seat {
  final Lane lane;
  final Needs needs;

  /**
   * How much of the node its tasks are: wide ones go first. To the next power of two: between those
   * that are nearly alike there is no order.
   */
  final double share;

  /** Where its lane's priority stands, see {@link Turns#place}. */
  final int priority;

  final Condition turn;
  boolean filled = true;
  boolean waiting;

  /** Whether it waits with a task in hand, or in the client's buffer. */
  boolean here;

  /** Whether it has to look whether more tasks have come. */
  boolean nudged;

  /** How many of its tasks went on in others' slots since it had its last turn. */
  int inARow;

  /** When it looks again by itself, while it waits. */
  long looksNanos;

  /** Slots for the pull that is under way. */
  @Nullable Grant promise;

  long promisedNanos;

  /** Whether others may have them, since the pull takes too long. */
  boolean revoked;

  /** Since when its tasks do not fit; 0 = they do, or there are none. */
  long blockedNanos;

  /** Whether narrower tasks have started on what it lacks since then. */
  boolean passedBy;

  /** The number of the start that was its last one. */
  long served;

  Seat(Lane lane, Needs needs, Capacity total, Condition turn) {
    this.lane = lane;
    this.needs = needs;
    this.turn = turn;
    priority = Turns.place(lane.priority());
    share = roundUp(needs.share(total));
  }

  private static double roundUp(double share) {
    double half = 1;
    while (half / 2 >= share && share > 0) {
      half /= 2;
    }
    return share > 0 ? half : 0;
  }

  /** Whether its tasks fit, as of the last look. */
  boolean fits() {
    return blockedNanos == 0;
  }

  void unblock() {
    blockedNanos = 0;
    passedBy = false;
  }
}
