package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The oracle of occupied cores sees what it has to see. */
class OccupancyTest {
  @Test
  void coresOfOneInstantAreAddedByHost() {
    Occupancy occupancy =
        Occupancy.of(
            List.of(
                "+ node1 1 100 a 1",
                "- node1 1 200 a 1",
                "+ node1 7 199 b 1",
                "+ node2 8 150 c 1",
                "- node2 8 160 c 1",
                "- node1 7 300 b 1"));
    assertThat(occupancy.most()).containsEntry("node1", 8).containsEntry("node2", 8);
    occupancy.checkExecutions();
    assertThat(occupancy.tasks()).isEqualTo(3);
  }

  @Test
  void oneCoreTooMuchForANanosecondIsSeen() {
    Occupancy occupancy =
        Occupancy.of(List.of("+ n 8 100 a 1", "+ n 1 199 b 1", "- n 8 200 a 1", "- n 1 300 b 1"));
    assertThat(occupancy.most()).containsEntry("n", 9);
  }

  @Test
  void slotsThatFallFreeInTheSameInstantAreFree() {
    Occupancy occupancy =
        Occupancy.of(List.of("+ n 8 100 a 1", "+ n 8 200 b 1", "- n 8 200 a 1", "- n 8 300 b 1"));
    assertThat(occupancy.most()).containsEntry("n", 8);
  }

  @Test
  void aSecondExecutionAndAProcessWithoutAnEndAreSeen() {
    Occupancy twice =
        Occupancy.of(List.of("+ n 1 100 a 1", "- n 1 200 a 1", "+ n 1 300 a 1", "- n 1 400 a 1"));
    assertThatThrownBy(twice::checkExecutions).hasMessageContaining("the only one");
    Occupancy endless = Occupancy.of(List.of("+ n 1 100 a 1"));
    assertThatThrownBy(endless::checkExecutions).hasMessageContaining("did not end");
  }
}
