package io.qtau.protocol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Whether an agent could ever run the tasks of a lane: agents and whoever explains them agree. */
public final class Fit {
  private static final String READY = "READY";

  private Fit() {}

  /**
   * Why an agent never runs such tasks, nor takes part in one on several nodes, in words about that
   * agent.
   *
   * @param named the named resources behind the lane's name; empty = none, or not known
   * @param pilot whose agent it is
   * @param total all that it has
   * @return empty when it could
   */
  public static Optional<String> obstacle(
      Lane lane, Map<String, Integer> named, PilotName pilot, Capacity total) {
    if (!lane.pool().equals(Pool.SHARED) && !lane.pool().equals(Pool.of(pilot))) {
      return Optional.of("other pool: the tasks are for pilot " + lane.pool() + " alone");
    }
    Shape shape = lane.shape();
    if (shape.hasNamed() && named.isEmpty()) {
      return Optional.of("it does not know the named resources of " + shape);
    }
    List<String> shared =
        named.keySet().stream().filter(total.shared()::contains).sorted().toList();
    if (shape.nodes() > 1 && !shared.isEmpty()) {
      return Optional.of(
          "tasks on several nodes cannot have "
              + String.join(", ", shared)
              + ", which all pilots share");
    }
    List<String> absent = absent(shape, named, total);
    if (!absent.isEmpty()) {
      return Optional.of("it does not offer " + String.join(", ", absent));
    }
    List<String> lacks = lacks(shape, named, total);
    return lacks.isEmpty()
        ? Optional.empty()
        : Optional.of("too wide: needs " + String.join("; ", lacks));
  }

  /**
   * What an agent has too little of for a task of a lane; it gets what all pilots share when it
   * needs it, so that is not told.
   *
   * @param free what it has free now
   * @return {@code 2 GPUs, 1 is free} and the like; empty when there is enough of everything
   */
  public static List<String> missing(
      Shape shape, Map<String, Integer> named, Capacity total, Capacity free) {
    List<String> missing = new ArrayList<>();
    int cores = shape.milliCores() == Resources.ALL_CORES ? total.milliCores() : shape.milliCores();
    if (cores > free.milliCores()) {
      missing.add(
          cores(cores)
              + ", "
              + cores(free.milliCores())
              + " of "
              + cores(total.milliCores())
              + " free");
    }
    if (shape.milliGpus() > free.milliGpus()) {
      missing.add(
          gpus(shape.milliGpus())
              + ", "
              + gpus(free.milliGpus())
              + " of "
              + gpus(total.milliGpus())
              + " free");
    }
    long memory = Math.min(shape.memoryMb(), total.memoryMb());
    if (memory > free.memoryMb()) {
      missing.add(
          memory + " MiB of memory, " + free.memoryMb() + " of " + total.memoryMb() + " MiB free");
    }
    new TreeMap<>(named)
        .forEach(
            (name, count) -> {
              if (count > free.count(name) && !total.shared().contains(name)) {
                missing.add(
                    count
                        + " "
                        + name
                        + ", "
                        + free.count(name)
                        + " of "
                        + total.count(name)
                        + " free");
              }
            });
    return missing;
  }

  /** What it has nothing of. */
  private static List<String> absent(Shape shape, Map<String, Integer> named, Capacity total) {
    List<String> absent = new ArrayList<>();
    if (shape.milliGpus() > 0 && total.milliGpus() == 0) {
      absent.add(gpus(shape.milliGpus()));
    }
    shape
        .kind()
        .filter(kind -> !total.kinds().contains(kind))
        .ifPresent(kind -> absent.add("the kind '" + kind + "'"));
    new TreeMap<>(named)
        .forEach(
            (name, count) -> {
              if (total.count(name) == 0) {
                absent.add(name);
              }
            });
    return absent;
  }

  private static List<String> lacks(Shape shape, Map<String, Integer> named, Capacity total) {
    List<String> lacks = new ArrayList<>();
    if (shape.milliCores() != Resources.ALL_CORES && shape.milliCores() > total.milliCores()) {
      lacks.add(cores(shape.milliCores()) + ", it has " + cores(total.milliCores()));
    }
    if (shape.milliGpus() > total.milliGpus()) {
      lacks.add(gpus(shape.milliGpus()) + ", it has " + gpus(total.milliGpus()));
    }
    long leastMb = shape.memoryMb() / 2; // A lane has all that round up to the same power of two.
    if (shape.memoryMb() > 0 && leastMb >= total.memoryMb()) {
      lacks.add("more than " + leastMb + " MiB of memory, it has " + total.memoryMb() + " MiB");
    }
    new TreeMap<>(named)
        .forEach(
            (name, count) -> {
              if (count > total.count(name)) {
                lacks.add(
                    count
                        + " "
                        + name
                        + (total.shared().contains(name)
                            ? ", which all pilots share, and there are "
                            : ", it has ")
                        + total.count(name));
              }
            });
    return lacks;
  }

  /** The same of an agent that is known by its heartbeat, and whose pilot may have less rights. */
  public static Optional<String> obstacle(Lane lane, Map<String, Integer> named, AgentState agent) {
    return agent.ownPoolOnly() && lane.pool().equals(Pool.SHARED)
        ? Optional.of("own pool only: its pilot takes no shared tasks")
        : obstacle(lane, named, agent.agent().pilot(), agent.capacity());
  }

  /**
   * The same among others: a task on several nodes needs as many of one pilot.
   *
   * @param all the agents that are known
   */
  public static Optional<String> obstacle(
      Lane lane, Map<String, Integer> named, AgentState agent, Collection<AgentState> all) {
    Optional<String> own = obstacle(lane, named, agent);
    int nodes = lane.shape().nodes();
    if (own.isPresent() || nodes == 1) {
      return own;
    }
    PilotName pilot = agent.agent().pilot();
    long able =
        all.stream()
            .filter(one -> one.agent().pilot().equals(pilot) && one.state().equals(READY))
            .filter(one -> obstacle(lane, named, one).isEmpty())
            .count();
    return able >= nodes
        ? Optional.empty()
        : Optional.of(
            "too few nodes: needs %d at once, and pilot %s has %d that could take part"
                .formatted(nodes, pilot, able));
  }

  /** {@code 1 core}, {@code 0.5 cores}. */
  public static String cores(int milliCores) {
    return number(milliCores) + (milliCores == 1000 ? " core" : " cores");
  }

  /** {@code 1 GPU}, {@code 0.5 GPUs}. */
  public static String gpus(int milliGpus) {
    return number(milliGpus) + (milliGpus == 1000 ? " GPU" : " GPUs");
  }

  private static String number(int milli) {
    return milli % 1000 == 0
        ? Integer.toString(milli / 1000)
        : String.format(Locale.ROOT, "%.3f", milli / 1000.0).replaceAll("0+$", "");
  }
}
