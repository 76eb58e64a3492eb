package io.qtau.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Tells how far the tasks are: on a terminal one line that is drawn again and again, elsewhere a
 * plain line every five seconds, every minute when nothing has happened, and one at the end.
 * Thread-safe.
 */
final class Progress {
  private static final Duration PLAIN = Duration.ofSeconds(5);
  private static final Duration QUIET = Duration.ofSeconds(60);
  private static final int BAR = 24;

  private final Console console;
  private final LongSupplier nanoClock;
  private final long start;
  private long told;
  private long toldDone;
  private long done;
  private long failed;
  private long total;
  private boolean drawn;

  Progress(Console console, LongSupplier nanoClock) {
    this.console = console;
    this.nanoClock = nanoClock;
    start = nanoClock.getAsLong();
    told = start;
  }

  synchronized void total(long tasks) {
    total = tasks;
  }

  synchronized void add(long moreDone, long moreFailed) {
    done += moreDone;
    failed += moreFailed;
  }

  /** To be called often; says something when it is time. */
  synchronized void tick() {
    long now = nanoClock.getAsLong();
    if (console.terminal()) {
      console.err().print("\r" + bar() + " " + text(now) + "\u001b[K");
      console.err().flush();
      drawn = true;
    } else if (now - told >= (done == toldDone ? QUIET : PLAIN).toNanos()) {
      told = now;
      toldDone = done;
      console.say(text(now));
    }
  }

  /** The last word. */
  synchronized void end() {
    if (drawn) {
      tick();
      console.err().println();
    } else {
      console.say(text(nanoClock.getAsLong()));
    }
  }

  private String bar() {
    int full = total == 0 ? 0 : (int) Math.min(BAR, BAR * done / total);
    return "[" + "=".repeat(full) + " ".repeat(BAR - full) + "]";
  }

  private String text(long now) {
    double seconds = (now - start) / 1e9;
    double rate = seconds > 0 ? done / seconds : 0;
    String eta =
        done < total && rate > 0
            ? String.format(Locale.ROOT, ", ETA %.0f s", Math.ceil((total - done) / rate))
            : "";
    return String.format(
        Locale.ROOT, "%d/%d done, %d failed, %.0f/s%s", done, total, failed, rate, eta);
  }
}
