package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.system.IdleSlots.Row;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The measure of idle slots sees what it has to see. */
class IdleSlotsTest {
  private static final List<String> AGENTS = List.of("a", "b");

  private static List<Long> of(String agent, List<Row> rows) {
    return of(agent, new IdleSlots(rows, AGENTS, 2));
  }

  private static List<Long> of(String agent, IdleSlots slots) {
    return slots.longest().get(agent).stream().map(IdleSlots.Stretch::micros).toList();
  }

  /** One after the other in one slot, without a pause. */
  private static List<Row> inOneSlot(String agent, int from, int to, int each) {
    List<Row> rows = new ArrayList<>();
    for (int at = from; at < to; at += each) {
      rows.add(new Row(agent, 0, at, at + each));
    }
    return rows;
  }

  @Test
  void aSlotThatIsNeverUsedIsIdleThoughItsNeighbourStartsOften() {
    List<Row> rows = inOneSlot("a", 0, 1000, 5);
    assertThat(of("a", rows)).containsExactly(995L, 0L);
    assertThat(of("b", rows)).as("an agent without any task").containsExactly(995L, 995L);
  }

  @Test
  void whatIsIdleAfterTheLastStartOfAnAgentCounts() {
    List<Row> rows = new ArrayList<>(inOneSlot("a", 0, 100, 5));
    rows.addAll(inOneSlot("a", 0, 100, 5));
    rows.addAll(inOneSlot("b", 0, 1000, 5));
    rows.addAll(inOneSlot("b", 0, 1000, 5));
    assertThat(of("a", rows)).containsExactly(895L, 895L);
    assertThat(of("b", rows)).containsExactly(0L, 0L);
  }

  @Test
  void whatIsIdleBeforeTheFirstStartCounts() {
    assertThat(of("a", List.of(new Row("a", 100, 170, 200)))).containsExactly(70L, 70L);
  }

  @Test
  void slotsAreIdleForNothingWhileNoTaskWaits() {
    List<Row> rows = List.of(new Row("a", 0, 0, 10), new Row("a", 500, 500, 600));
    assertThat(of("a", rows)).containsExactly(0L, 0L);
  }

  @Test
  void aLongTaskKeepsItsSlot() {
    List<Row> rows = new ArrayList<>(inOneSlot("a", 0, 1000, 5));
    rows.add(new Row("a", 0, 0, 1000));
    assertThat(of("a", rows)).containsExactly(0L, 0L);
  }

  @Test
  void pausesOfBothSlotsThatTouchAreOne() {
    List<Row> rows =
        List.of(
            new Row("a", 0, 0, 100),
            new Row("a", 0, 0, 130),
            new Row("a", 0, 140, 500), // The first slot's, after 40; the other is free since 130.
            new Row("a", 0, 160, 500));
    assertThat(of("a", rows)).containsExactly(60L, 10L);
  }

  @Test
  void untilItsSendersTransactionEndsNothingWaits() {
    List<Row> rows = List.of(new Row("a", 0, 40, 50), new Row("a", 0, 170, 200));
    assertThat(of("a", new IdleSlots(rows, AGENTS, 2).since(100))).containsExactly(70L, 70L);
    assertThat(of("a", rows)).containsExactly(170L, 120L);
    assertThat(new IdleSlots(rows, AGENTS, 2).longest().get("a").get(1).from()).isEqualTo(50);
  }

  @Test
  void allStretchesAreToldInTheirOrder() {
    List<Row> rows =
        List.of(
            new Row("a", 0, 0, 100),
            new Row("a", 0, 30, 50),
            new Row("a", 0, 60, 100),
            new Row("a", 0, 100, 200));
    assertThat(new IdleSlots(rows, AGENTS, 2).stretches("a", 1))
        .containsExactly(new IdleSlots.Stretch(0, 30), new IdleSlots.Stretch(50, 10));
  }
}
