package io.qtau.agent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Equal things that tasks occupy, whole or in part, in thousandths: the cores or the GPUs of a
 * node. Those that lie near each other are taken together, and parts of one are gathered on as few
 * of them as possible.
 */
final class Units {
  private static final int WHOLE = 1000;

  /**
   * Where one of them is.
   *
   * @param node its memory node: tasks had better not be spread over several
   * @param core its physical core: of two hardware threads of one, one task has both
   */
  record Place(int node, int core) {}

  private final Place[] places;
  private final int[][] siblings;
  private final int[] free;
  private int whole;

  /**
   * @param places of all of them, near ones beside each other
   */
  Units(List<Place> places) {
    this.places = places.toArray(Place[]::new);
    free = new int[this.places.length];
    Arrays.fill(free, WHOLE);
    whole = free.length;
    siblings = new int[free.length][];
    for (int i = 0; i < free.length; i++) {
      siblings[i] = siblingsOf(i);
    }
  }

  private int[] siblingsOf(int unit) {
    return IntStream.range(0, places.length)
        .filter(i -> i != unit && places[i].equals(places[unit]))
        .toArray();
  }

  /** So many that are all alike. */
  static Units alike(int count) {
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      places.add(new Place(0, i));
    }
    return new Units(places);
  }

  int total() {
    return free.length * WHOLE;
  }

  int free() {
    return Arrays.stream(free).sum();
  }

  boolean fits(int milli) {
    int least = milli / WHOLE;
    return whole > least || (whole == least && whole >= wholeOnesFor(milli));
  }

  /** Whether so much could still be taken when this was taken. */
  boolean fitsBeside(int milli, int kept) {
    return milli == 0 || whole - wholeOnesFor(milli) >= (kept + WHOLE - 1) / WHOLE;
  }

  /** How many that are free as a whole it takes, or breaks. */
  private int wholeOnesFor(int milli) {
    int part = milli % WHOLE;
    return milli / WHOLE + (part == 0 || brokenFor(part) >= 0 ? 0 : 1);
  }

  /** The fullest one that has room for a part; below 0 = only whole ones have. */
  private int brokenFor(int part) {
    int best = -1;
    for (int i = 0; i < free.length; i++) {
      if (free[i] >= part && free[i] < WHOLE && (best < 0 || free[i] < free[best])) {
        best = i;
      }
    }
    return best;
  }

  /** Takes so much, which fits. The last one taken is taken in part, if need be. */
  List<Integer> take(int milli) {
    int part = milli % WHOLE;
    List<Integer> taken = new ArrayList<>(milli / WHOLE + 1);
    chooseWhole(milli / WHOLE, taken);
    taken.forEach(unit -> occupy(unit, WHOLE));
    if (part > 0) {
      int broken = brokenFor(part);
      List<Integer> last = new ArrayList<>(1);
      if (broken >= 0) {
        last.add(broken);
      } else {
        chooseWhole(1, last);
      }
      occupy(last.get(0), part);
      taken.addAll(last);
    }
    return taken;
  }

  /** Gives back what {@link #take} had taken. */
  void release(List<Integer> taken, int milli) {
    int left = milli;
    for (int unit : taken) {
      int part = Math.min(WHOLE, left);
      occupy(unit, -part);
      left -= part;
    }
  }

  private void occupy(int unit, int milli) {
    whole -= free[unit] == WHOLE ? 1 : 0;
    free[unit] -= milli;
    whole += free[unit] == WHOLE ? 1 : 0;
  }

  private void chooseWhole(int count, List<Integer> chosen) {
    while (chosen.size() < count) {
      int left = count - chosen.size();
      List<Integer> candidates = nearest(left, chosen);
      // One alone goes beside another task's; several get physical cores of their own first.
      boolean beside = left == 1;
      choose(candidates, beside, count, chosen);
      choose(candidates, !beside, count, chosen);
    }
  }

  private void choose(List<Integer> from, boolean busySibling, int count, List<Integer> chosen) {
    for (int unit : from) {
      if (chosen.size() < count && hasBusySibling(unit) == busySibling) {
        chosen.add(unit);
      }
    }
  }

  /** The free ones of the memory node that has just enough, or else the most. */
  private List<Integer> nearest(int count, List<Integer> without) {
    List<Integer> best = new ArrayList<>();
    List<Integer> current = new ArrayList<>();
    int node = -1;
    for (int i = 0; i <= free.length; i++) {
      if (i == free.length || places[i].node() != node) {
        best = better(count, best, current);
        current = new ArrayList<>();
        node = i == free.length ? -1 : places[i].node();
      }
      if (i < free.length && free[i] == WHOLE && !without.contains(i)) {
        current.add(i);
      }
    }
    return best;
  }

  private static List<Integer> better(int count, List<Integer> one, List<Integer> other) {
    boolean enough = one.size() >= count;
    if (enough != other.size() >= count) {
      return enough ? one : other;
    }
    boolean smaller = other.size() < one.size();
    return smaller == enough && !other.isEmpty() ? other : one;
  }

  private boolean hasBusySibling(int unit) {
    for (int sibling : siblings[unit]) {
      if (free[sibling] < WHOLE) {
        return true;
      }
    }
    return false;
  }
}
