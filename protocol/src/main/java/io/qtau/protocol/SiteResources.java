package io.qtau.protocol;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What all pilots of a broker share: so many of each named resource at once, wherever its tasks
 * run.
 *
 * @param named counts by name
 */
public record SiteResources(Map<String, Integer> named) {
  /** Each is a message of its own at the broker. */
  public static final int MOST = 1000;

  /** Nothing is shared. */
  public static final SiteResources NONE = new SiteResources(Map.of());

  public SiteResources {
    named = named == null ? Map.of() : Map.copyOf(named);
    named.forEach(SiteResources::check);
  }

  private static void check(String name, int count) {
    NamedResource.check(name, 1);
    if (count < 1 || count > MOST) {
      throw new InvalidField(
          "resources." + name, "must be 1 to " + MOST + " where all pilots share it, is " + count);
    }
  }

  /**
   * Reads them as a user writes them.
   *
   * @param words {@code license:gurobi=5} each
   * @throws InvalidField when one has another form, or comes twice
   */
  public static SiteResources parse(List<String> words) {
    Map<String, Integer> named = new TreeMap<>();
    for (String word : words) {
      int equals = word.lastIndexOf('=');
      if (equals < 0) {
        throw new InvalidField(word, "has no count: it must be NAME=N, as license:gurobi=5");
      }
      String name = word.substring(0, equals);
      if (named.put(name, count(name, word.substring(equals + 1))) != null) {
        throw new InvalidField("resources." + name, "is there twice");
      }
    }
    return new SiteResources(named);
  }

  private static int count(String name, String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw new InvalidField(
          "resources." + name, "must be a whole number, 1 to " + MOST + ", is '" + digits + "'");
    }
  }

  /** The same on one line, which {@link #ofText} reads. */
  public String text() {
    return new TreeMap<>(named)
        .entrySet().stream()
            .map(one -> one.getKey() + "=" + one.getValue())
            .collect(Collectors.joining(","));
  }

  /** Reads what {@link #text} has written: no name of a resource has a comma. */
  public static SiteResources ofText(String text) {
    return text.isEmpty() ? NONE : parse(List.of(text.split(",", -1)));
  }
}
