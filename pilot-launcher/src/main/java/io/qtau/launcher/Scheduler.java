package io.qtau.launcher;

import io.qtau.templates.Templates;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A batch system as pairs of pure functions: an argument list, and the reader of what that command
 * says. Nothing here runs anything.
 */
interface Scheduler {
  /** What the reader of an answer finds when the command did not answer. */
  final class NoAnswer extends Exception {
    private static final long serialVersionUID = 1L;

    NoAnswer(String words) {
      super(words);
    }
  }

  /** Its name, for messages. */
  String name();

  /** The batch script of a pilot. */
  Templates script();

  /**
   * The command that asks for an allocation.
   *
   * @param directory the pilot's, absolute; the batch script lies in it
   */
  List<String> submit(PilotRequest request, String directory);

  /**
   * The id of the allocation.
   *
   * @throws NoAnswer when there is none: in the scheduler's own words
   */
  String submitted(Host.Ended ended) throws NoAnswer;

  /** The command that tells the states of allocations, of all of them at once. */
  List<String> query(List<String> ids);

  /**
   * What it says of each; one that it does not know is left out. {@code LOST} = it has ended, and
   * the scheduler does not say how.
   *
   * @throws NoAnswer when the scheduler did not answer
   */
  Map<String, AllocationState> answered(Host.Ended ended) throws NoAnswer;

  /** A further command that may know of allocations that {@link #query} does not know any more. */
  default Optional<List<String>> history(List<String> ids) {
    return Optional.empty();
  }

  /** What that says; nothing when a site has no such thing. */
  default Map<String, AllocationState> remembered(Host.Ended ended) {
    return Map.of();
  }

  /** A command that asks the batch script of a running allocation to leave in good order. */
  default Optional<List<String>> askToLeave(String id) {
    return Optional.empty();
  }

  /** The command that ends an allocation, waiting or running. */
  List<String> cancel(String id);

  /** The words of a command that failed: of its error output, else of its output. */
  static String words(Host.Ended ended) {
    String words = ended.err().isBlank() ? ended.out() : ended.err();
    return words.isBlank() ? "exit status " + ended.code() : words.strip();
  }
}
