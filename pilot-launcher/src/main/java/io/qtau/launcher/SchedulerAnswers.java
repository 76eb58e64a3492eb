package io.qtau.launcher;

import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The last answer of a scheduler for all pilots together, in a file that all commands share: so it
 * is asked once in a while, however often somebody looks. One that does not answer is asked less
 * and less often, up to every few minutes, and its last answer stands meanwhile.
 *
 * <p>The file is locked while its reader asks; who comes meanwhile waits for that answer.
 */
final class SchedulerAnswers {
  private static final int MOST_DOUBLINGS = 3;

  private final Path file;
  private final Duration interval;
  private final InstantSource clock;

  /** Asks the scheduler. */
  interface Question {
    Map<String, AllocationState> ask() throws Scheduler.NoAnswer;
  }

  /**
   * What was found out.
   *
   * @param asked when, epoch ms; 0 = never
   * @param answered when it last answered, epoch ms
   * @param failures how often it has not answered since then
   * @param trouble its words when it did not answer; null = it did
   * @param states by the scheduler's id
   */
  record Answers(
      long asked,
      long answered,
      int failures,
      @Nullable String trouble,
      Map<String, AllocationState> states) {
    static final Answers NONE = new Answers(0, 0, 0, null, Map.of());

    Answers {
      states = Map.copyOf(states);
    }

    @Nullable AllocationState of(String id) {
      return states.get(id);
    }
  }

  SchedulerAnswers(Path file, Duration interval, InstantSource clock) {
    this.file = file;
    this.interval = interval;
    this.clock = clock;
  }

  /** The last answer, or a new one when it is time. */
  Answers get(Question question) throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                file,
                Set.of(
                    StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------")));
        FileLock lock = channel.lock()) {
      Answers last = read(channel);
      if (!isDue(last)) {
        return last;
      }
      Answers now = ask(last, question);
      write(channel, now);
      return now;
    }
  }

  private boolean isDue(Answers last) {
    Duration wait = interval.multipliedBy(1L << Math.min(last.failures(), MOST_DOUBLINGS));
    long age = clock.millis() - last.asked();
    return age < 0 || age >= wait.toMillis(); // A clock that went back shall not stop us.
  }

  private Answers ask(Answers last, Question question) {
    long now = clock.millis();
    try {
      return new Answers(now, now, 0, null, question.ask());
    } catch (Scheduler.NoAnswer e) {
      return new Answers(
          now, last.answered(), last.failures() + 1, String.valueOf(e.getMessage()), last.states());
    }
  }

  private static Answers read(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
    while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
      // Until all of it is there.
    }
    try {
      return bytes.capacity() == 0 ? Answers.NONE : WireFormat.decode(bytes.array(), Answers.class);
    } catch (MalformedMessage halfWritten) {
      return Answers.NONE;
    }
  }

  private static void write(FileChannel channel, Answers answers) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(WireFormat.encode(answers));
    channel.truncate(0);
    while (bytes.hasRemaining()) {
      channel.write(bytes, bytes.position());
    }
  }
}
