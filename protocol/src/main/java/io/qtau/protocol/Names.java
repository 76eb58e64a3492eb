package io.qtau.protocol;

import java.util.regex.Pattern;

/** The two alphabets of names, and the refusal of everything else. */
final class Names {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");

  private Names() {}

  static String id(String field, String value) {
    return check(ID, field, value, "1 to 128 letters, digits and . _ : -, a letter or digit first");
  }

  static String name(String field, String value) {
    return check(NAME, field, value, "1 to 63 letters, digits, _ and -, a letter or digit first");
  }

  private static String check(Pattern pattern, String field, String value, String rule) {
    // "::" would be read by the broker as queue-on-address, not as part of a name.
    if (!pattern.matcher(value).matches() || value.contains("::")) {
      throw new InvalidField(field, "'" + printable(value) + "' is not a name: " + rule);
    }
    return value;
  }

  private static String printable(String value) {
    String cut = value.length() > 80 ? value.substring(0, 80) + "..." : value;
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
