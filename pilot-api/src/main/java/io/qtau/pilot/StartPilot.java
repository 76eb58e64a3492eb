package io.qtau.pilot;

import io.qtau.client.QTau;
import io.qtau.client.QTauException;
import io.qtau.launcher.Allocation;
import io.qtau.launcher.LaunchFailed;
import io.qtau.launcher.PilotDirectory;
import io.qtau.launcher.PilotLauncher;
import io.qtau.launcher.PilotRequest;
import io.qtau.protocol.PilotLogin;
import io.qtau.protocol.PilotName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Lets a pilot in at its broker, then asks its resource for it. When that fails nothing of it
 * stays.
 */
record StartPilot(Path pilots, QTau broker, PilotLauncher launcher) {
  /** A pilot may wait so long for its scheduler, and still log in. */
  private static final Duration QUEUEING = Duration.ofDays(14);

  /** It may log in for so long after its walltime. */
  private static final Duration AFTER = Duration.ofHours(1);

  private static final Duration TO_UNDO = Duration.ofSeconds(5);

  Allocation start(PilotRequest wanted)
      throws QTauException, LaunchFailed, IOException, InterruptedException {
    PilotCredential credential = PilotCredential.create(pilots, wanted.name());
    PilotLogin login = credential.login();
    Allocation started;
    try {
      started =
          launcher.<QTauException>allocate(
              wanted.withCredentialFile(credential.file()), () -> letIn(credential, wanted));
    } catch (QTauException | LaunchFailed | RuntimeException e) {
      undo(login, e);
      throw e;
    }
    supersede(wanted.name(), login);
    return started;
  }

  /**
   * Not before its name is its own: what the broker knows of that is another pilot's until then.
   */
  private void letIn(PilotCredential credential, PilotRequest wanted)
      throws QTauException, InterruptedException {
    broker.pilotAccess().admit(credential.credential(), loginEnds(wanted), wanted.ownPoolOnly());
    broker.pilots().begin(credential.login(), wanted.leave().policy(), null);
  }

  /** Null = with the pilot. */
  private static @Nullable Instant loginEnds(PilotRequest wanted) {
    Duration lasts = wanted.walltime();
    if (lasts == null) {
      return null;
    }
    Instant end = Instant.now().plus(lasts).plus(AFTER);
    return wanted.resource().isBatch() ? end.plus(QUEUEING) : end;
  }

  private void undo(PilotLogin login, Exception why) {
    boolean interrupted = Thread.interrupted();
    try {
      files(login.pilot()).forget(login);
      broker.withPatience(TO_UNDO).pilotAccess().dismiss(login);
    } catch (IOException | QTauException | RuntimeException e) {
      why.addSuppressed(e);
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The pilot has started, so that all earlier ones of its name are gone. */
  private void supersede(PilotName pilot, PilotLogin login)
      throws IOException, QTauException, InterruptedException {
    for (PilotLogin other : files(pilot).all()) {
      if (!other.equals(login)) {
        files(pilot).forget(other);
        broker.pilotAccess().dismiss(other);
      }
    }
  }

  private LoginFiles files(PilotName pilot) {
    return new LoginFiles(pilot, PilotDirectory.of(pilots, pilot).path());
  }
}
