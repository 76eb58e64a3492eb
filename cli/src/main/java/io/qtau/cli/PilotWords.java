package io.qtau.cli;

import io.qtau.client.QTau;
import io.qtau.client.QTauException;
import io.qtau.protocol.PilotLogin;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.PilotStanding;
import io.qtau.protocol.Pool;
import io.qtau.protocol.TaskDescription;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What launching and ending pilots has to say to the broker. */
final class PilotWords {
  private PilotWords() {}

  /** What stops a pilot. */
  interface Release {
    void run() throws Exception;
  }

  /**
   * Its agents give back what runs, they are ended, and its own tasks get what its policy says.
   * Without a broker they are just ended.
   *
   * @param target null = no broker runs
   * @param logins those that it has; none = not known
   */
  static void stop(
      Console console,
      BrokerOptions.@Nullable Target target,
      PilotName pilot,
      List<PilotLogin> logins,
      Release release)
      throws Exception {
    if (target == null) {
      release.run();
      return;
    }
    try (QTau qtau = QTau.connect(target.url(), target.credential())) {
      qtau.pilots().stop(pilot);
      release.run();
      if (logins.isEmpty()) {
        qtau.pilots().ended(pilot);
      }
      for (PilotLogin login : logins) {
        qtau.pilots().ended(login);
      }
    } catch (QTauException e) {
      console.say(
          "the broker does not hear that pilot "
              + pilot
              + " stops ("
              + Words.of(e)
              + "); tasks for it alone wait until it does: stop it again then");
      release.run();
    }
  }

  /** One line for each pilot that tasks are for and that has ended already. */
  static List<String> warnings(BrokerOptions.Target target, List<TaskDescription> tasks)
      throws InterruptedException {
    Map<Pool, Long> pools =
        tasks.stream()
            .filter(task -> !task.pool().equals(Pool.SHARED))
            .collect(Collectors.groupingBy(TaskDescription::pool, Collectors.counting()));
    if (pools.isEmpty()) {
      return List.of();
    }
    try (QTau qtau = QTau.connect(target.url(), target.credential())) {
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
    } catch (QTauException e) {
      throw new CommandFailed(ExitCode.of(e), Words.of(e), e);
    }
  }
}
