package io.qtau.client;

import io.qtau.messaging.Jms;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.LeaveOrder;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.PilotLogin;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.PilotRecord;
import io.qtau.protocol.PilotStanding;
import io.qtau.protocol.Properties;
import io.qtau.protocol.WhenItEnds;
import io.qtau.protocol.WireFormat;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The broker's table of pilots, and what their agents are told through it. An order is on disk when
 * it returns: agents that are away obey when they come back. Each returns the pilot's new line.
 */
public final class PilotOrders {
  private static final long LOOK_MILLIS = 1000;

  private final Dialer dialer;

  PilotOrders(Dialer dialer) {
    this.dialer = dialer;
  }

  /** All pilots that the broker knows of; those that ended stay for seven days. */
  public List<PilotRecord> list() throws QTauException, InterruptedException {
    Outage outage = dialer.outage();
    while (true) {
      try (Link link = dialer.dial(false, outage)) {
        return read(link);
      } catch (JMSException e) {
        Link.throwIfInterrupted(e);
        outage.pause(e);
      }
    }
  }

  static List<PilotRecord> read(Link link) throws JMSException {
    try {
      return TableLines.read(
          link.session(),
          Addresses.PILOTS,
          Properties.PILOT_KEY,
          null,
          (key, body) -> WireFormat.decode(body, PilotRecord.class));
    } catch (MalformedMessage e) {
      throw new IllegalStateException("the table of pilots cannot be read", e);
    }
  }

  /**
   * Waits for a pilot's end. Its line then; empty when it has not ended, or nobody knows it.
   *
   * @param timeout so long at most; null = no limit
   */
  public Optional<PilotRecord> awaitEnd(PilotName pilot, @Nullable Duration timeout)
      throws QTauException, InterruptedException {
    long begin = System.nanoTime();
    Outage outage = dialer.outage();
    while (true) {
      try (Link link = dialer.dial(false, outage);
          MessageConsumer lines =
              link.session()
                  .createConsumer(
                      link.queue(Addresses.PILOTS), Properties.PILOT_KEY + " = '" + pilot + "'")) {
        while (timeout == null || System.nanoTime() - begin < timeout.toNanos()) {
          Message line = lines.receive(LOOK_MILLIS);
          Link.throwIfInterrupted();
          if (line != null) {
            PilotRecord told = WireFormat.decode(Jms.body(line), PilotRecord.class);
            if (told.standing() == PilotStanding.ENDED) {
              return Optional.of(told);
            }
          }
        }
        return Optional.empty();
      } catch (JMSException e) {
        Link.throwIfInterrupted(e);
        outage.pause(e);
      } catch (MalformedMessage e) {
        throw new IllegalStateException("the table of pilots cannot be read", e);
      }
    }
  }

  /**
   * A new pilot is about to start: whatever an earlier one of its name was told does not hold.
   * Tasks may be sent to it from now on.
   *
   * @param login which ends with it
   * @param whenItEnds what becomes of what is left in its own pool then
   * @param endsUs when its allocation ends, epoch µs; null = not known
   */
  public PilotRecord begin(PilotLogin login, WhenItEnds whenItEnds, @Nullable Long endsUs)
      throws QTauException, InterruptedException {
    return give(login.pilot(), LeaveOrder.Word.BEGIN, whenItEnds, endsUs, login.life());
  }

  /**
   * The same for one whose agents have logins that outlive it.
   *
   * @param whenItEnds what becomes of what is left in its own pool then
   * @param endsUs when its allocation ends, epoch µs; null = not known
   */
  public PilotRecord begin(PilotName pilot, WhenItEnds whenItEnds, @Nullable Long endsUs)
      throws QTauException, InterruptedException {
    return give(pilot, LeaveOrder.Word.BEGIN, whenItEnds, endsUs, null);
  }

  /** What runs there ends first, then its agents leave. */
  public PilotRecord drain(PilotName pilot) throws QTauException, InterruptedException {
    return give(pilot, LeaveOrder.Word.DRAIN, null, null, null);
  }

  /** What runs there goes back now, at no cost to the tasks, and its agents leave. */
  public PilotRecord stop(PilotName pilot) throws QTauException, InterruptedException {
    return give(pilot, LeaveOrder.Word.STOP, null, null, null);
  }

  /**
   * None of its agents comes back: its own tasks that are left get what its policy says, and all
   * its logins end.
   */
  public PilotRecord ended(PilotName pilot) throws QTauException, InterruptedException {
    return give(pilot, LeaveOrder.Word.ENDED, null, null, null);
  }

  /** The same for the start that had this login: a newer one of that name lives on. */
  public PilotRecord ended(PilotLogin login) throws QTauException, InterruptedException {
    return give(login.pilot(), LeaveOrder.Word.ENDED, null, null, login.life());
  }

  /**
   * The allocation of the start that had this login is over. It has ended then; nothing happens
   * when another start of that name has begun, or while one of its agents is connected.
   */
  public PilotRecord over(PilotLogin login) throws QTauException, InterruptedException {
    return give(login.pilot(), LeaveOrder.Word.OVER, null, null, login.life());
  }

  private PilotRecord give(
      PilotName pilot,
      LeaveOrder.Word word,
      @Nullable WhenItEnds whenItEnds,
      @Nullable Long endsUs,
      @Nullable String life)
      throws QTauException, InterruptedException {
    LeaveOrder order = new LeaveOrder(RandomNames.text(), pilot, word, whenItEnds, endsUs, life);
    AtomicReference<PilotRecord> heard = new AtomicReference<>();
    new StewardCall(dialer)
        .ask(
            order,
            order.token(),
            Properties.LEAVE_TOKEN,
            answer -> {
              heard.set(WireFormat.decode(answer, PilotRecord.class));
              return true;
            });
    return Objects.requireNonNull(heard.get());
  }
}
