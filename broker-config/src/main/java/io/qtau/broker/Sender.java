package io.qtau.broker;

import io.qtau.protocol.AgentName;
import io.qtau.protocol.PilotLogin;
import io.qtau.protocol.PilotName;
import java.util.Optional;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.jspecify.annotations.Nullable;

/** Whose message it is, by the user that sent it: nothing in the message says so. */
sealed interface Sender {

  /** Whether what it sends is new, and not a copy of what the broker has accepted already. */
  boolean isClient();

  /** The pilot that it speaks for; empty = for any. */
  Optional<PilotName> pilot();

  /** The owner and what it lets in: its clients, and agents that it runs under its own name. */
  record Client() implements Sender {
    @Override
    public boolean isClient() {
      return true;
    }

    @Override
    public Optional<PilotName> pilot() {
      return Optional.empty();
    }
  }

  /** The broker itself. */
  record Housekeeper() implements Sender {
    @Override
    public boolean isClient() {
      return false;
    }

    @Override
    public Optional<PilotName> pilot() {
      return Optional.empty();
    }
  }

  /** An agent of a pilot. */
  record Agent(PilotName name) implements Sender {
    @Override
    public boolean isClient() {
      return false;
    }

    @Override
    public Optional<PilotName> pilot() {
      return Optional.of(name);
    }
  }

  /** The sender that logged in as this user. */
  static Sender of(@Nullable String user) {
    if (StewardLogin.USER.equals(user)) {
      return new Housekeeper();
    }
    return Optional.ofNullable(user)
        .flatMap(PilotLogin::of)
        .<Sender>map(login -> new Agent(login.pilot()))
        .orElseGet(Client::new);
  }

  /** Refuses what one pilot says in the name of another. */
  default void requireMaySpeakFor(PilotName other, String what) throws ActiveMQException {
    Refusal.unless(
        pilot().map(other::equals).orElse(true),
        what + " of pilot " + other + " cannot come from pilot " + pilot().orElse(other));
  }

  /** The same for an agent. */
  default void requireMaySpeakFor(AgentName agent, String what) throws ActiveMQException {
    requireMaySpeakFor(agent.pilot(), what);
  }
}
