package io.qtau.agent;

import io.qtau.protocol.Priority;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who goes before whom: by priority, as {@link Turns} ranks them at the moment, then by width, then
 * whoever has waited longest. For the holder of the {@link Packer}'s lock.
 */
final class Order {
  private final Turns turns = new Turns();
  private Map<Priority, Integer> ranks = turns.ranks();

  /** A task of this lane starts. */
  void came(Seat seat) {
    turns.came(seat.lane.priority());
  }

  /** This lane has no task. */
  void empty(Seat seat) {
    turns.empty(seat.lane.priority());
  }

  /** Of those that wait and fit, who goes next: nobody, when others go before them. */
  @Nullable Seat next(Iterable<Seat> seats) {
    ranks = turns.ranks();
    Seat first = null;
    for (Seat seat : seats) {
      if (seat.fits() && seat.filled && (first == null || isBefore(seat, first))) {
        first = seat;
      }
    }
    Seat best = null;
    for (Seat seat : seats) {
      if (seat.waiting
          && seat.fits()
          && (first == null || !isBefore(first, seat))
          && (best == null || goesBefore(seat, best))) {
        best = seat;
      }
    }
    return best;
  }

  /** Whether tasks of a higher priority could start instead. */
  boolean isOutranked(Seat seat, Iterable<Seat> seats) {
    int own = rank(seat);
    for (Seat other : seats) {
      if (other.filled && other.fits() && rank(other) > own) {
        return true;
      }
    }
    return false;
  }

  private int rank(Seat seat) {
    return ranks.getOrDefault(seat.lane.priority(), 0);
  }

  private boolean isBefore(Seat one, Seat other) {
    int rank = rank(one);
    int otherRank = rank(other);
    return rank > otherRank || (rank == otherRank && one.share > other.share);
  }

  private boolean goesBefore(Seat one, Seat other) {
    return isBefore(one, other) || (!isBefore(other, one) && (one.served < other.served));
  }
}
