package io.qtau.agent;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who goes before whom: by priority, as {@link Turns} ranks them at the moment, then by width, then
 * whoever has waited longest. For the holder of the {@link Packer}'s lock.
 */
final class Order {
  private final Turns turns = new Turns();
  private int[] ranks = turns.ranks();

  /** A task of this lane starts. */
  void came(Seat seat) {
    turns.came(seat.lane.priority());
  }

  /** This lane has no task. */
  void empty(Seat seat) {
    turns.empty(seat.lane.priority());
  }

  /**
   * Of those that wait and fit, who goes next: nobody, when others go before them. Asked several
   * times for each task, of all lanes: it only compares.
   */
  @Nullable Seat next(List<Seat> seats) {
    ranks = turns.ranks();
    Seat first = null;
    Seat best = null;
    for (Seat seat : seats) {
      if (!seat.fits()) {
        continue;
      }
      if (seat.filled && (first == null || isBefore(seat, first))) {
        first = seat;
      }
      if (seat.waiting && (best == null || goesBefore(seat, best))) {
        best = seat;
      }
    }
    return best == null || (first != null && isBefore(first, best)) ? null : best;
  }

  /** Whether tasks of a higher priority could start instead. */
  boolean isOutranked(Seat seat, List<Seat> seats) {
    int own = rank(seat);
    for (Seat other : seats) {
      if (other.filled && other.fits() && rank(other) > own) {
        return true;
      }
    }
    return false;
  }

  private int rank(Seat seat) {
    return ranks[seat.priority];
  }

  private boolean isBefore(Seat one, Seat other) {
    int rank = rank(one);
    int otherRank = rank(other);
    return rank > otherRank || (rank == otherRank && one.share > other.share);
  }

  private boolean goesBefore(Seat one, Seat other) {
    int rank = rank(one);
    int otherRank = rank(other);
    if (rank != otherRank) {
      return rank > otherRank;
    }
    return one.share > other.share || (one.share == other.share && one.served < other.served);
  }
}
