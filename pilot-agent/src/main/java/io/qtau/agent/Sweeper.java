package io.qtau.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A small process that outlives a killed agent, to end the executions that it leaves behind, whose
 * tasks start elsewhere, and to remove its temporary directories. It waits for the end of a pipe
 * that only the agent holds.
 */
final class Sweeper implements AutoCloseable {
  private static final String SCRIPT =
      """
      trap '' HUP INT TERM
      while read -r nothing; do :; done
      rm -rf "$3$2"?* "$4"
      for look in 1 2 3 4 5; do
        left=$(grep -lzs "^$1=[0-9a-f-]*[.]$2\\$" /proc/[0-9]*/environ)
        [ -n "$left" ] || exit 0
        for environ in $left; do
          pid=${environ#/proc/}
          kill -KILL "${pid%/environ}" 2>/dev/null
        done
        sleep 0.1
      done
      """;

  private static final String PREFIX = "qtau-";

  private final Process process;

  private Sweeper(Process process) {
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param life what the marks of the agent's executions end with; see {@link ProcessTree}
   * @param more a directory that goes with the agent, too; null = none
   */
  static Sweeper start(String life, @Nullable Path more) throws IOException {
    String prefix = Path.of(System.getProperty("java.io.tmpdir"), PREFIX).toString();
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                "sh",
                "-c",
                SCRIPT,
                "qtau-sweeper",
                ProcessTree.MARK,
                life,
                prefix,
                more == null ? "" : more.toString()));
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    return new Sweeper(builder.start());
  }

  /** What the names of the agent's temporary directories begin with. */
  static String temporary(String life) {
    return PREFIX + life + "-";
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
  }
}
