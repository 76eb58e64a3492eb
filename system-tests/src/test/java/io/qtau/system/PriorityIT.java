package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.client.QTau;
import io.qtau.client.Session;
import io.qtau.client.TaskHandle;
import io.qtau.protocol.Payload;
import io.qtau.protocol.Priority;
import io.qtau.protocol.TaskDescription;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks of high priority come first, and the others do not starve behind them. */
class PriorityIT {
  private static final int TASKS = 200;

  @TempDir Path home;

  /** A task that has ended. */
  private record Started(Priority priority, long at) {}

  @Test
  void higherPrioritiesComeFirstAndLowerOnesKeepAShare() throws Exception {
    try (LocalSite site = new LocalSite(home, 1);
        QTau client = site.client();
        Session session = client.newSession("s")) {
      site.stopAgent();
      List<TaskDescription> tasks = new ArrayList<>();
      for (int i = 0; i < TASKS; i++) {
        for (Priority priority : Priority.values()) {
          tasks.add(
              TaskDescription.of(new Payload.Sleep(0.01))
                  .priority(priority)
                  .id(priority + "-" + i)
                  .build());
        }
      }
      List<TaskHandle> handles = session.submitAll(tasks);
      site.startAgent("p2.0", 1);

      List<Started> started = new ArrayList<>();
      for (int i = 0; i < handles.size(); i++) {
        long at = handles.get(i).get(120, TimeUnit.SECONDS).timeline().started();
        started.add(new Started(tasks.get(i).priority(), at));
      }
      started.sort(Comparator.comparingLong(Started::at));
      Map<Priority, Integer> first = new EnumMap<>(Priority.class);
      started.stream().limit(TASKS).forEach(task -> first.merge(task.priority(), 1, Integer::sum));
      System.out.println("priorities: of the first " + TASKS + " starts " + first);
      assertThat(first.get(Priority.HIGH)).isGreaterThan(TASKS * 7 / 10);
      assertThat(first.get(Priority.NORMAL)).isGreaterThan(TASKS / 20);
      // A broker that is slow to answer loses a lane its turn, to either of the lower ones.
      assertThat(first.get(Priority.LOW)).isBetween(TASKS / 50, TASKS * 3 / 20);
    }
  }
}
