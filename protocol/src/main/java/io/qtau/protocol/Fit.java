package io.qtau.protocol;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether an agent could ever run the tasks of a lane: agents and whoever explains them agree. */
public final class Fit {
  private Fit() {}

  /**
   * Why an agent never runs such tasks, in words about that agent.
   *
   * @param pilot whose agent it is
   * @param milliCores all its cores, in thousandths
   * @return empty when it could
   */
  public static Optional<String> obstacle(Lane lane, PilotName pilot, int milliCores) {
    if (!lane.pool().equals(Pool.SHARED) && !lane.pool().equals(Pool.of(pilot))) {
      return Optional.of("other pool: the tasks are for pilot " + lane.pool() + " alone");
    }
    List<String> beyond = lane.shape().beyondCores();
    if (!beyond.isEmpty()) {
      return Optional.of("it does not offer " + String.join(", ", beyond));
    }
    if (lane.shape().milliCores() > milliCores) {
      return Optional.of(
          "too wide: needs " + cores(lane.shape().milliCores()) + ", it has " + cores(milliCores));
    }
    return Optional.empty();
  }

  /** {@code 1 core}, {@code 0.5 cores}. */
  public static String cores(int milliCores) {
    if (milliCores == 1000) {
      return "1 core";
    }
    return milliCores % 1000 == 0
        ? milliCores / 1000 + " cores"
        : String.format(Locale.ROOT, "%.3f", milliCores / 1000.0).replaceAll("0+$", "") + " cores";
  }
}
