package io.qtau.client;

import io.qtau.messaging.Credential;
import io.qtau.protocol.AccessReceipt;
import io.qtau.protocol.AdmitOrder;
import io.qtau.protocol.DismissOrder;
import io.qtau.protocol.PilotLogin;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.Properties;
import io.qtau.protocol.WireFormat;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Which pilots may log in at the broker. For its owner, who starts them; others are refused. What
 * is done here is done when the call returns, and outlives the broker's process.
 */
public final class PilotAccess {
  private final Dialer dialer;

  PilotAccess(Dialer dialer) {
    this.dialer = dialer;
  }

  /**
   * Lets a pilot log in, with the rights of a pilot of its name.
   *
   * @param pilot its user is that of a {@link PilotLogin}; only a hash of the password goes out
   * @param ends when that ends by itself; null = with its pilot, or with {@link #dismiss}
   * @param ownPoolOnly whether it may not take from the shared lanes
   * @throws CredentialRefused when the caller is not the broker's owner
   */
  public void admit(Credential pilot, @Nullable Instant ends, boolean ownPoolOnly)
      throws QTauException, InterruptedException {
    Long endsUs = ends == null ? null : ChronoUnit.MICROS.between(Instant.EPOCH, ends);
    AdmitOrder order =
        new AdmitOrder(
            RandomNames.text(), PilotLogin.parse(pilot.user()), pilot.hash(), endsUs, ownPoolOnly);
    give(order, order.token(), Properties.ADMIT_TOKEN);
  }

  /** Ends all logins of a pilot: its connections are cut, and new ones refused. */
  public void dismiss(PilotName pilot) throws QTauException, InterruptedException {
    dismiss(new DismissOrder(RandomNames.text(), pilot, null));
  }

  /** Ends one login of a pilot. */
  public void dismiss(PilotLogin login) throws QTauException, InterruptedException {
    dismiss(new DismissOrder(RandomNames.text(), login.pilot(), login.life()));
  }

  private void dismiss(DismissOrder order) throws QTauException, InterruptedException {
    give(order, order.token(), Properties.DISMISS_TOKEN);
  }

  private void give(Record order, String token, String property)
      throws QTauException, InterruptedException {
    AtomicReference<@Nullable String> error = new AtomicReference<>();
    new StewardCall(dialer)
        .ask(
            order,
            token,
            property,
            answer -> {
              error.set(WireFormat.decode(answer, AccessReceipt.class).error());
              return true;
            });
    String why = error.get();
    if (why != null) {
      throw new BrokerUnavailable(
          "the broker could not change the pilot's access: " + why, new IllegalStateException(why));
    }
  }
}
