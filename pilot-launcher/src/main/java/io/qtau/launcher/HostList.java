package io.qtau.launcher;

import io.qtau.protocol.InvalidField;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of a URL: {@code [user@]host[:port]}, several of them with commas between. {@code
 * node[1-4]} are four hosts, {@code node[01-03,07]} as well: a number is as wide as the first one
 * of its range. Each host has its own user and port. Brackets with a colon hold an IPv6 address.
 */
final class HostList {
  private static final int MOST = 4096;
  private static final Pattern HOST =
      Pattern.compile(
          "(?:([^@:\\s]+)@)?(\\[[0-9A-Fa-f:.%]+]|[^@:/\\[\\]\\s]+)(?::([0-9]{1,5}))?/?");
  private static final Pattern GROUP = Pattern.compile("([^\\[]*)\\[([0-9,-]*)](.*)");
  private static final Pattern RANGE = Pattern.compile("([0-9]{1,9})(?:-([0-9]{1,9}))?");

  private HostList() {}

  /**
   * Reads what stands behind {@code ssh://}.
   *
   * @throws InvalidField when it has another form, is empty, or names a host twice
   */
  static List<SshAddress> parse(String text) {
    Set<SshAddress> hosts = new LinkedHashSet<>();
    for (String part : split(text)) {
      for (String one : expand(part)) {
        if (!hosts.add(address(one))) {
          throw invalid(text, one + " is there twice; --nodes puts several agents on a host");
        }
      }
      if (hosts.size() > MOST) {
        throw invalid(text, "these are more than " + MOST + " hosts");
      }
    }
    return List.copyOf(hosts);
  }

  /**
   * Which host each agent of a pilot runs on, by the agents' numbers: in turn.
   *
   * @param nodes how many agents; 1 = one on each host
   */
  static List<SshAddress> place(List<SshAddress> hosts, int nodes) {
    int agents = nodes == 1 ? hosts.size() : nodes;
    if (agents < hosts.size()) {
      throw new InvalidField(
          "nodes", nodes + " are wanted, and " + hosts.size() + " hosts are named; each gets one");
    }
    List<SshAddress> places = new ArrayList<>();
    for (int number = 0; number < agents; number++) {
      places.add(hosts.get(number % hosts.size()));
    }
    return places;
  }

  /** At the commas outside of brackets. */
  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int begin = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (c == ',' && depth == 0) {
        parts.add(text.substring(begin, i));
        begin = i + 1;
      }
    }
    parts.add(text.substring(begin));
    return parts;
  }

  private static List<String> expand(String part) {
    Matcher group = GROUP.matcher(part);
    if (!group.matches()) {
      return List.of(part);
    }
    List<String> expanded = new ArrayList<>();
    for (String rest : expand(group.group(3))) {
      for (String number : numbers(group.group(2), part)) {
        expanded.add(group.group(1) + number + rest);
      }
    }
    return expanded;
  }

  private static List<String> numbers(String ranges, String part) {
    List<String> numbers = new ArrayList<>();
    for (String range : ranges.split(",", -1)) {
      Matcher matcher = RANGE.matcher(range);
      if (!matcher.matches()) {
        throw invalid(part, "'" + range + "' is no number and no range such as 1-4");
      }
      String first = matcher.group(1);
      String last = matcher.group(2) == null ? first : matcher.group(2);
      int from = Integer.parseInt(first);
      int to = Integer.parseInt(last);
      if (to < from || to - from >= MOST) {
        throw invalid(part, "'" + range + "' is not a range of 1 to " + MOST + " hosts");
      }
      for (int number = from; number <= to; number++) {
        numbers.add(padded(number, first.length()));
      }
    }
    return numbers;
  }

  private static String padded(int number, int width) {
    String digits = Integer.toString(number);
    return "0".repeat(Math.max(0, width - digits.length())) + digits;
  }

  private static SshAddress address(String text) {
    Matcher matcher = HOST.matcher(text);
    if (!matcher.matches() || matcher.group(2).startsWith("-")) {
      throw invalid(text, "it is not [user@]host[:port]");
    }
    String host = matcher.group(2);
    return new SshAddress(
        matcher.group(1),
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        port(matcher.group(3)));
  }

  private static @Nullable Integer port(@Nullable String digits) {
    return digits == null ? null : Integer.valueOf(digits);
  }

  private static InvalidField invalid(String text, String why) {
    return new InvalidField("resource", "'" + text + "': " + why);
  }
}
