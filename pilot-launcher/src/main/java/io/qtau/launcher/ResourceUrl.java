package io.qtau.launcher;

import io.qtau.protocol.InvalidField;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a pilot's agents run: {@code scheme://rest}, where the rest may be empty.
 *
 * @param scheme which launcher
 * @param rest what that launcher makes of it
 */
public record ResourceUrl(String scheme, String rest) {
  private static final Pattern FORM = Pattern.compile("([a-z][a-z+]*)://(\\S*)");

  /** This machine. */
  public static final ResourceUrl LOCAL = new ResourceUrl("local", "");

  /**
   * Reads {@code scheme://rest}.
   *
   * @throws InvalidField when it has another form
   */
  public static ResourceUrl parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidField("resource", "'" + text + "' is not a resource's URL: local://");
    }
    return new ResourceUrl(matcher.group(1), matcher.group(2));
  }

  @Override
  public String toString() {
    return scheme + "://" + rest;
  }
}
