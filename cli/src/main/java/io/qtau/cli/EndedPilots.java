package io.qtau.cli;

import io.qtau.client.QTau;
import io.qtau.client.QTauException;
import io.qtau.protocol.PilotStanding;
import io.qtau.protocol.Pool;
import io.qtau.protocol.TaskDescription;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Tasks for pilots alone that have ended already. */
final class EndedPilots {
  private EndedPilots() {}

  /** One line for each pilot that tasks are for and that has ended already. */
  static List<String> warnings(QTau qtau, List<TaskDescription> tasks)
      throws QTauException, InterruptedException {
    Map<Pool, Long> pools =
        tasks.stream()
            .filter(task -> !task.pool().equals(Pool.SHARED))
            .collect(Collectors.groupingBy(TaskDescription::pool, Collectors.counting()));
    if (pools.isEmpty()) {
      return List.of();
    }
    return qtau.pilots().list().stream()
        .filter(line -> line.standing() == PilotStanding.ENDED)
        .filter(line -> pools.containsKey(Pool.of(line.pilot())))
        .map(
            line ->
                pools.get(Pool.of(line.pilot()))
                    + " tasks are for pilot "
                    + line.pilot()
                    + " alone, "
                    + PoolWords.ended(line))
        .toList();
  }
}
