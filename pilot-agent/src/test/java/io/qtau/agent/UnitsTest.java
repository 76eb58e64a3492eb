package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnitsTest {
  /** Two memory nodes of two physical cores with two hardware threads each. */
  private final Units threads =
      new Units(IntStream.range(0, 8).mapToObj(i -> new Units.Place(i / 4, i / 2)).toList());

  @Test
  void aWideTaskStaysInOneMemoryNode() {
    assertThat(threads.take(1000)).containsExactly(0);
    assertThat(threads.take(4000)).containsExactly(4, 5, 6, 7);
    assertThat(threads.take(3000)).containsExactly(2, 3, 1);
  }

  @Test
  void twoThreadsOfOnePhysicalCoreGoToOneTask() {
    assertThat(threads.take(1000)).containsExactly(0);
    assertThat(threads.take(2000)).containsExactly(2, 3);
    assertThat(threads.take(1000))
        .as("beside another task, not into a free core")
        .containsExactly(1);
  }

  @Test
  void partsAreGatheredOnOne() {
    assertThat(threads.take(300)).containsExactly(0);
    assertThat(threads.take(2500)).containsExactly(2, 3, 0);
    assertThat(threads.take(300)).containsExactly(1);
    assertThat(threads.take(200)).as("the fullest that has room").containsExactly(0);
  }

  @Test
  void whatIsTakenIsNeverTakenTwice() {
    Random random = new Random(1);
    record Taken(List<Integer> units, int milli) {}
    List<Taken> taken = new java.util.ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      int milli = 100 * (1 + random.nextInt(40));
      if (threads.fits(milli)) {
        taken.add(new Taken(threads.take(milli), milli));
      } else if (!taken.isEmpty()) {
        Taken one = taken.remove(random.nextInt(taken.size()));
        threads.release(one.units(), one.milli());
      }
      int[] occupied = new int[8];
      for (Taken one : taken) {
        int left = one.milli();
        for (int unit : one.units()) {
          occupied[unit] += Math.min(1000, left);
          left -= 1000;
        }
        assertThat(left).isLessThanOrEqualTo(0);
      }
      assertThat(IntStream.of(occupied).max().orElseThrow()).isLessThanOrEqualTo(1000);
      assertThat(threads.free()).isEqualTo(8000 - IntStream.of(occupied).sum());
    }
  }
}
