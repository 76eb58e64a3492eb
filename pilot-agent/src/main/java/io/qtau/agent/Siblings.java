package io.qtau.agent;

import io.qtau.protocol.AgentName;
import io.qtau.protocol.Capacity;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which agents of its pilot an agent knows of, and which one is their head: the one with the lowest
 * number of those that are heard of. An agent takes itself for the head when it has not heard of a
 * lower one for a while; the one with number 0 at once.
 */
final class Siblings {
  /** What is said every two seconds has been missed twice. */
  private static final long SILENCE = TimeUnit.SECONDS.toNanos(5);

  /** The higher the number, the longer the wait for whoever may have a lower one. */
  private static final long PER_NUMBER = TimeUnit.MILLISECONDS.toNanos(300);

  private static final int MOST_NUMBERS = 10;

  private record Known(Capacity total, Capacity free, long heardNanos) {}

  private final AgentName own;
  private final LongSupplier nanos;
  private final Map<AgentName, Known> known = new ConcurrentHashMap<>();
  private volatile @Nullable AgentName head;
  private volatile long headNanos;

  Siblings(AgentName own, LongSupplier nanos) {
    this.own = own;
    this.nanos = nanos;
    headNanos = nanos.getAsLong();
  }

  /** Somebody takes itself for the head. */
  void headIs(AgentName agent) {
    if (agent.number() < own.number()) {
      head = agent;
      headNanos = nanos.getAsLong();
    }
  }

  void isHere(AgentName agent, Capacity total, Capacity free) {
    if (!agent.equals(own)) {
      known.put(agent, new Known(total, free, nanos.getAsLong()));
    }
  }

  void isGone(AgentName agent) {
    known.remove(agent);
    if (agent.equals(head)) {
      head = null;
      headNanos = nanos.getAsLong() - SILENCE; // Nobody has to wait for it.
    }
  }

  /** Whom to tell that one is here; null = nobody. */
  @Nullable AgentName head() {
    return isHead() ? null : head;
  }

  boolean isHead() {
    long wait = SILENCE + PER_NUMBER * Math.min(own.number(), MOST_NUMBERS);
    return own.number() == 0 || nanos.getAsLong() - headNanos > wait;
  }

  /** Those that have as much, whoever occupies it: first those where it is free. */
  List<AgentName> able(Needs needs) {
    long now = nanos.getAsLong();
    known.values().removeIf(one -> now - one.heardNanos() > SILENCE);
    return known.entrySet().stream()
        .filter(one -> needs.fitInto(one.getValue().total()))
        .sorted(
            Comparator.comparing(
                    (Map.Entry<AgentName, Known> one) -> !needs.fitInto(one.getValue().free()))
                .thenComparing(one -> one.getKey().number()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Whether so many beside this one could take part. */
  boolean areEnough(Needs needs, int others) {
    return able(needs).size() >= others;
  }
}
