package io.qtau.pilot;

import io.qtau.client.CredentialRefused;
import io.qtau.client.QTau;
import io.qtau.client.QTauException;
import io.qtau.launcher.Allocation;
import io.qtau.launcher.AllocationState;
import io.qtau.launcher.LaunchFailed;
import io.qtau.launcher.PilotLauncher;
import io.qtau.messaging.BrokerUrl;
import io.qtau.protocol.PilotLogin;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends pilots: the broker has their agents give back what runs, their resources end them, and their
 * own tasks get what their policies say. Without a broker they are just ended.
 *
 * @param notices hears what else there is to say
 */
record StopPilots(PilotLauncher launcher, Brokers brokers, Consumer<String> notices) {
  private static final Duration TO_DISMISS = Duration.ofSeconds(5);

  /**
   * One of them.
   *
   * @param logins those that it has; none = not known
   * @param broker null = it does not hear of this
   */
  private record Leaving(Allocation pilot, List<PilotLogin> logins, @Nullable QTau broker) {}

  /**
   * On return none of them runs. What an end that nobody waited for has left behind, as a
   * credential or a tunnel, goes too.
   *
   * @param stopped hears of each that had not ended in good order before
   * @throws LaunchFailed when one of them could not be ended; the others are, as far as they can be
   */
  void stop(Collection<Allocation> pilots, Consumer<Allocation> stopped)
      throws LaunchFailed, IOException, InterruptedException {
    Map<Allocation, AllocationState> states = launcher.states(pilots);
    List<Leaving> leaving = new ArrayList<>();
    for (Allocation pilot : pilots) {
      // Before it ends: when it has, another one of its name may start.
      List<PilotLogin> logins = LoginFiles.of(pilot).all();
      QTau broker = isDone(states.get(pilot)) ? null : told(pilot);
      leaving.add(new Leaving(pilot, logins, broker));
    }
    Map<Allocation, LaunchFailed> failures = launcher.release(pilots);
    for (Leaving one : leaving) {
      if (!failures.containsKey(one.pilot())) {
        finish(one);
        if (!isDone(states.get(one.pilot()))) {
          stopped.accept(one.pilot());
        }
      }
    }
    throwAny(failures.values());
  }

  private static void throwAny(Collection<LaunchFailed> failures) throws LaunchFailed {
    LaunchFailed first = null;
    for (LaunchFailed failed : failures) {
      if (first == null) {
        first = failed;
      } else {
        first.addSuppressed(failed);
      }
    }
    if (first != null) {
      throw first;
    }
  }

  static boolean isDone(@Nullable AllocationState state) {
    return state != null && state.phase() == AllocationState.Phase.DONE;
  }

  /** The pilot's broker, which has the order; null = it has not. */
  private @Nullable QTau told(Allocation pilot) throws InterruptedException {
    BrokerUrl url;
    try {
      url = Brokers.of(pilot.directory());
      var unused = brokers.credential();
    } catch (IOException | CredentialRefused | IllegalArgumentException e) {
      notices.accept("pilot " + pilot.name() + " stops without its broker: " + e.getMessage());
      return null;
    }
    try {
      QTau broker = brokers.at(url).withPatience(Brokers.PATIENCE);
      var unused = broker.pilots().stop(pilot.name());
      return broker;
    } catch (QTauException e) {
      deaf(pilot, e);
      return null;
    }
  }

  private void deaf(Allocation pilot, QTauException why) {
    notices.accept(
        "the broker does not hear that pilot "
            + pilot.name()
            + " stops ("
            + why.getMessage()
            + "); tasks for it alone wait until it does: stop it again then");
  }

  /** Its agents are gone. */
  private void finish(Leaving one) throws IOException, InterruptedException {
    QTau broker = one.broker();
    if (broker != null) {
      try {
        if (one.logins().isEmpty()) {
          var unused = broker.pilots().ended(one.pilot().name());
        }
        for (PilotLogin login : one.logins()) {
          var unused = broker.pilots().ended(login);
        }
      } catch (QTauException e) {
        deaf(one.pilot(), e);
      }
    }
    dismiss(one.pilot(), one.logins());
  }

  /**
   * The pilot has ended. When its broker is away its files go all the same, and the user is told.
   *
   * @param logins those that it had
   */
  void dismiss(Allocation pilot, List<PilotLogin> logins) throws IOException, InterruptedException {
    for (PilotLogin login : logins) {
      LoginFiles.of(pilot).forget(login);
    }
    if (logins.isEmpty()) {
      return;
    }
    try {
      QTau broker = brokers.at(Brokers.of(pilot.directory())).withPatience(TO_DISMISS);
      for (PilotLogin login : logins) {
        broker.pilotAccess().dismiss(login);
      }
    } catch (QTauException | IOException e) {
      notices.accept(
          "the broker still knows the credential of pilot "
              + pilot.name()
              + ", whose file is gone: "
              + e.getMessage());
    }
  }
}
