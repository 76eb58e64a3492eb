package io.qtau.protocol;

import java.util.regex.Pattern;

/**
 * A resource that only its name describes: {@code qpu:ibm_fake}, {@code license:gurobi}. The colon
 * tells it from the words of QTau's own.
 */
public final class NamedResource {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,30}:[A-Za-z0-9][A-Za-z0-9._:/-]{0,62}");

  private NamedResource() {}

  /**
   * Checks a name and a count.
   *
   * @throws InvalidField when this is no name of one, or no count of it
   */
  public static void check(String name, int count) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidField(
          "resources." + name,
          "is not the name of a resource: such a name has two words around a colon, as qpu:ibm");
    }
    if (count < 1 || count > 1_000_000) {
      throw new InvalidField("resources." + name, "must be 1 to 1000000, is " + count);
    }
  }
}
