package io.qtau.launcher;

import io.qtau.protocol.InvalidField;
import io.qtau.protocol.Nearest;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a pilot's agents run: {@code scheme://rest}. {@code local://} is this machine; {@code
 * slurm://localhost} and {@code pbs://localhost} ask the scheduler whose commands this machine has;
 * {@code ssh://}, {@code slurm+ssh://} and {@code pbs+ssh://} name a host.
 *
 * @param scheme which launcher
 * @param rest the host; empty for {@code local://}
 */
public record ResourceUrl(String scheme, String rest) {
  private static final Pattern FORM = Pattern.compile("([A-Za-z+]*)://(\\S*)");
  private static final List<String> SCHEMES =
      List.of("local", "ssh", "slurm", "slurm+ssh", "pbs", "pbs+ssh");
  private static final String HERE = "localhost";

  /** This machine. */
  public static final ResourceUrl LOCAL = new ResourceUrl("local", "");

  /**
   * @throws InvalidField when there is no such scheme, or the rest does not go with it
   */
  public ResourceUrl {
    if (!SCHEMES.contains(scheme)) {
      throw new InvalidField("resource", "'" + scheme + "://'" + Nearest.hint(scheme, SCHEMES));
    }
    if (scheme.endsWith("ssh")) {
      if (rest.isEmpty()) {
        throw new InvalidField("resource", "'" + scheme + "://' needs a host behind it");
      }
    } else if (!rest.isEmpty() && !rest.equals(HERE)) {
      boolean batch = !scheme.equals("local");
      throw new InvalidField(
          "resource",
          "'%s://%s' would be on another host; %s or %s"
              .formatted(
                  scheme,
                  rest,
                  batch ? scheme + "://" + HERE : "local://",
                  (batch ? scheme + "+" : "") + "ssh://" + rest));
    } else {
      rest = scheme.equals("local") ? "" : HERE;
    }
  }

  /**
   * Reads {@code scheme://rest}.
   *
   * @throws InvalidField when it has another form
   */
  public static ResourceUrl parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidField(
          "resource",
          "'" + text + "' is not a resource's URL, such as local:// or slurm://localhost");
    }
    return new ResourceUrl(matcher.group(1), matcher.group(2));
  }

  /** Whether a batch system grants allocations there. */
  public boolean isBatch() {
    return isSlurm() || scheme.startsWith("pbs");
  }

  boolean isSlurm() {
    return scheme.startsWith("slurm");
  }

  /** Whether hosts are reached by SSH, without a batch system. */
  boolean isSsh() {
    return scheme.equals("ssh");
  }

  /** Whether its files and commands are behind SSH. */
  boolean isRemote() {
    return scheme.endsWith("ssh");
  }

  @Override
  public String toString() {
    return scheme + "://" + rest;
  }
}
