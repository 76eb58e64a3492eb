package io.qtau.cli;

/** A word of a command line that a person may copy. Nothing here ever runs one. */
final class ShellWord {
  private ShellWord() {}

  static String of(Object value) {
    String text = value.toString();
    return text.matches("[A-Za-z0-9_./:@%+=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
