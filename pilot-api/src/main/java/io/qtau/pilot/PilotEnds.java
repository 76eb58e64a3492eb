package io.qtau.pilot;

import io.qtau.client.QTau;
import io.qtau.client.QTauException;
import io.qtau.launcher.Allocation;
import io.qtau.launcher.AllocationState;
import io.qtau.launcher.PilotLauncher;
import io.qtau.messaging.BrokerUrl;
import io.qtau.protocol.PilotLogin;
import io.qtau.protocol.PilotRecord;
import io.qtau.protocol.PilotStanding;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Asks resources for pilots, and tells the broker of those that are over: agents that were killed
 * have not said it. A pilot's credential file goes with that, so that each end is told once. The
 * pilots of other brokers are left to those who speak with these.
 *
 * @param notices hears what else there is to say
 */
record PilotEnds(PilotLauncher launcher, Brokers brokers, Consumer<String> notices) {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** What the resources say of all these, asked together. */
  Map<Allocation, AllocationState> states(Collection<Allocation> allocations)
      throws QTauException, InterruptedException {
    // First: what is said afterwards is not of an earlier start than this one.
    Map<Allocation, PilotLogin> logins = new LinkedHashMap<>();
    BrokerUrl own = brokers.url();
    allocations.forEach(pilot -> addLogin(pilot, own, logins));
    Map<Allocation, AllocationState> states = launcher.states(allocations);
    Map<Allocation, PilotLogin> over = new LinkedHashMap<>();
    logins.forEach(
        (pilot, login) -> {
          AllocationState state = states.get(pilot);
          if (state != null && isCertainlyOver(state)) {
            over.put(pilot, login);
          }
        });
    if (!over.isEmpty()) {
      tell(over);
    }
    return states;
  }

  private void addLogin(Allocation pilot, BrokerUrl own, Map<Allocation, PilotLogin> logins) {
    try {
      Optional<PilotLogin> login = LoginFiles.current(pilot);
      // In this order: of a login that is read while its pilot starts, the state may be the last
      // one's.
      if (login.isPresent()
          && !pilot.directory().isBeingStarted()
          && Brokers.of(pilot.directory()).toString().equals(own.toString())) {
        logins.put(pilot, login.get());
      }
    } catch (IOException | IllegalArgumentException e) {
      notices.accept("the files of pilot " + pilot.name() + " cannot be read: " + e.getMessage());
    }
  }

  private static boolean isCertainlyOver(AllocationState state) {
    return switch (state.phase()) {
      case DONE, FAILED, CANCELED -> true;
      case SUBMITTED, PENDING, UNKNOWN, RUNNING, LOST -> false;
    };
  }

  private void tell(Map<Allocation, PilotLogin> over) throws InterruptedException {
    try {
      QTau broker = brokers.own().withPatience(PATIENCE);
      for (Map.Entry<Allocation, PilotLogin> pilot : over.entrySet()) {
        tell(broker, pilot.getKey(), pilot.getValue());
      }
    } catch (QTauException | IOException e) {
      notices.accept(
          "the broker does not hear that pilots have ended ("
              + e.getMessage()
              + "); tasks for them alone wait until it does: list them again");
    }
  }

  private static void tell(QTau broker, Allocation pilot, PilotLogin login)
      throws QTauException, IOException, InterruptedException {
    PilotRecord told = broker.pilots().over(login);
    boolean isThere = told.standing() != PilotStanding.ENDED && told.lives().contains(login.life());
    if (!isThere) {
      broker.pilotAccess().dismiss(login);
      LoginFiles.of(pilot).forget(login);
    }
  }
}
