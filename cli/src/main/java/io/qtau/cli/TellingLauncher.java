package io.qtau.cli;

import io.qtau.client.QTau;
import io.qtau.client.QTauException;
import io.qtau.launcher.Allocation;
import io.qtau.launcher.AllocationState;
import io.qtau.launcher.LaunchFailed;
import io.qtau.launcher.PilotLauncher;
import io.qtau.launcher.PilotRequest;
import io.qtau.launcher.Said;
import io.qtau.protocol.PilotLogin;
import io.qtau.protocol.PilotRecord;
import io.qtau.protocol.PilotStanding;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A launcher that tells the broker when a pilot is over: agents that were killed have not said it.
 * A pilot's credential file goes with that, so that each end is told once.
 *
 * @param target the pilots of other brokers are left to commands that speak with these
 */
record TellingLauncher(PilotLauncher launcher, Console console, BrokerOptions.Target target)
    implements PilotLauncher {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @Override
  public Allocation allocate(PilotRequest request) throws LaunchFailed {
    return launcher.allocate(request);
  }

  @Override
  public Map<Allocation, AllocationState> states(Collection<Allocation> allocations) {
    // First: what is said afterwards is not of an earlier start than this one.
    Map<Allocation, PilotLogin> logins = new LinkedHashMap<>();
    allocations.forEach(pilot -> addLogin(pilot, logins));
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

  private void addLogin(Allocation pilot, Map<Allocation, PilotLogin> logins) {
    try {
      Optional<PilotLogin> login = PilotCredentials.current(pilot);
      // In this order: of a login that is read while its pilot starts, the state may be the last
      // one's.
      if (login.isPresent()
          && !pilot.directory().isBeingStarted()
          && PilotCredentials.url(pilot.directory()).toString().equals(target.url().toString())) {
        logins.put(pilot, login.get());
      }
    } catch (IOException | IllegalArgumentException e) {
      console.say("the files of pilot " + pilot.name() + " cannot be read: " + Words.of(e));
    }
  }

  private static boolean isCertainlyOver(AllocationState state) {
    return switch (state.phase()) {
      case DONE, FAILED, CANCELED -> true;
      case SUBMITTED, PENDING, UNKNOWN, RUNNING, LOST -> false;
    };
  }

  private void tell(Map<Allocation, PilotLogin> over) {
    try (QTau broker = QTau.connect(target.url(), target.credential()).withPatience(PATIENCE)) {
      for (Map.Entry<Allocation, PilotLogin> pilot : over.entrySet()) {
        tell(broker, pilot.getKey(), pilot.getValue());
      }
    } catch (QTauException | IOException e) {
      console.say(
          "the broker does not hear that pilots have ended ("
              + Words.of(e)
              + "); tasks for them alone wait until it does: list them again");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void tell(QTau broker, Allocation pilot, PilotLogin login)
      throws QTauException, IOException, InterruptedException {
    PilotRecord told = broker.pilots().over(login);
    boolean isThere = told.standing() != PilotStanding.ENDED && told.lives().contains(login.life());
    if (!isThere) {
      broker.pilotAccess().dismiss(login);
      PilotCredentials.forget(pilot, login);
    }
  }

  @Override
  public List<Said> said(Allocation allocation) throws IOException {
    return launcher.said(allocation);
  }

  @Override
  public void release(Allocation allocation) throws LaunchFailed {
    launcher.release(allocation);
  }
}
