package io.qtau.launcher;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * How an argument list gets through an account's login shell: the text that the shell reads is one
 * of two constants, and the arguments come as data on its standard input.
 *
 * <p>The constants are single-quoted words on one line, free of backslashes before quotes, of
 * exclamation marks and of nested single quotes, so that bash, dash, ksh, zsh, csh and fish all
 * read them as they stand. What runs is a POSIX shell that
 *
 * <ol>
 *   <li>writes {@link #MARK} to both outputs: what stands before it was said by the login shell's
 *       start-up files, and without it the command has not begun;
 *   <li>reads the arguments, line by line: {@code a} begins one, {@code n} goes on after a newline
 *       in it, {@code .} ends the list. Without the last one nothing runs;
 *   <li>becomes the command.
 * </ol>
 *
 * An argument may hold every character but NUL, which no argument can.
 */
final class ShellCall {
  /** The first line of our own on both outputs. */
  static final String MARK = "qtau:begin\n";

  private static final String READ =
      "exec /bin/sh -c '"
          + "echo qtau:begin; echo qtau:begin >&2; "
          + "n=$(printf \"\\nx\"); n=${n%x}; p=; b=; e=; set --; "
          + "while IFS= read -r l; do case $l in "
          + "a*) if [ \"$b\" ]; then set -- \"$@\" \"$p\"; fi; b=1; p=${l#a};; "
          + "n*) p=$p$n${l#n};; "
          + ".) e=1; break;; "
          + "esac; done; "
          + "[ \"$e\" ] || exit 125; "
          + "set -- \"$@\" \"$p\"; ";

  /**
   * Runs a command whose standard input is empty, and that ends with the connection: a watcher in
   * its process group waits for the end of the shell's input, then sends TERM and KILL to the
   * group.
   */
  static final String RUN =
      READ
          + "exec 3<&0; "
          + "(trap \"\" HUP INT TERM; IFS= read -r l <&3; kill -0 $$ && kill -TERM -$$ || exit 0; "
          + "sleep 2; kill -KILL -$$) >/dev/null 2>&1 & "
          + "exec \"$@\" </dev/null 3<&-"
          + "' qtau";

  /** Runs a command whose standard input is what follows the arguments. */
  static final String FEED = READ + "exec \"$@\"' qtau";

  private ShellCall() {}

  /** The arguments as the shell there reads them. */
  static byte[] lines(List<String> argv) {
    StringBuilder lines = new StringBuilder();
    for (String argument : argv) {
      if (argument.indexOf('\0') >= 0) {
        throw new IllegalArgumentException("an argument of " + argv.get(0) + " holds a NUL");
      }
      lines.append('a').append(argument.replace("\n", "\nn")).append('\n');
    }
    return lines.append(".\n").toString().getBytes(StandardCharsets.UTF_8);
  }
}
