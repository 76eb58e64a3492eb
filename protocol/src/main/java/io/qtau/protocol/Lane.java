package io.qtau.protocol;

import java.util.Optional;

/** The queue of one pool and one resource shape, in one priority. Its name is its address. */
public record Lane(Pool pool, Shape shape, Priority priority, boolean suspect) {
  private static final String SUSPECT = ".suspect";

  /** {@code qtau.task.<pool>.<shape>[.p0|.p9][.suspect]}. */
  public String address() {
    return Addresses.TASK + pool + "." + shape + priority.suffix() + (suspect ? SUSPECT : "");
  }

  /** Where a task of this lane waits after so many losses: those that may kill agents apart. */
  public Lane after(int losses) {
    return new Lane(pool, shape, priority, losses >= Loss.SUSPECT);
  }

  /** The lane of an address; empty when it is not one that QTau could have made. */
  public static Optional<Lane> parse(String address) {
    try {
      return Addresses.isTask(address) ? Optional.of(read(address)) : Optional.empty();
    } catch (InvalidField notALane) {
      return Optional.empty();
    }
  }

  private static Lane read(String address) {
    String rest = address.substring(Addresses.TASK.length());
    int dot = rest.indexOf('.');
    if (dot < 0) {
      throw new InvalidField("lane", "'" + address + "' has no shape");
    }
    String shape = rest.substring(dot + 1);
    boolean suspect = shape.endsWith(SUSPECT);
    shape = suspect ? shape.substring(0, shape.length() - SUSPECT.length()) : shape;
    Priority priority = priority(shape);
    shape = shape.substring(0, shape.length() - priority.suffix().length());
    return new Lane(new Pool(rest.substring(0, dot)), new Shape(shape), priority, suspect);
  }

  private static Priority priority(String shape) {
    if (shape.endsWith(Priority.HIGH.suffix())) {
      return Priority.HIGH;
    }
    return shape.endsWith(Priority.LOW.suffix()) ? Priority.LOW : Priority.NORMAL;
  }

  @Override
  public String toString() {
    return address();
  }
}
