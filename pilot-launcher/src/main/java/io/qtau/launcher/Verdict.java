package io.qtau.launcher;

import io.qtau.launcher.AllocationState.Phase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * How a pilot has ended: from what its scheduler says, and from what its batch script and agents
 * have left in its directory.
 *
 * @param scheduler its name, for messages
 */
record Verdict(Host host, String scheduler) {
  private static final int MOST_BYTES = 2000;

  /** The exit status of a batch script whose allocation was ended under it. */
  private static final String TERMINATED = "143";

  /**
   * The end of a pilot.
   *
   * @param told what the scheduler says; {@code LOST} without a reason = it does not say how
   */
  AllocationState of(PilotDirectory directory, AllocationState told) throws IOException {
    String exit = text(directory.site() + "/exit");
    if (told.phase() == Phase.DONE || (isUntold(told) && exit.equals("0"))) {
      return hasSaidHello(directory)
          ? new AllocationState(Phase.DONE, told.reason())
          : failed("it ended before an agent reached the broker", directory);
    }
    if (told.phase() == Phase.FAILED) {
      return failed(told.reason(), directory);
    }
    if (!isUntold(told)) {
      return told;
    }
    if (exit.equals(TERMINATED)) {
      return new AllocationState(Phase.CANCELED, scheduler + " has ended it");
    }
    return exit.isEmpty()
        ? told.because(scheduler + " does not know it any more, and it left no exit status")
        : failed("exit status " + exit, directory);
  }

  private static boolean isUntold(AllocationState told) {
    return told.phase() == Phase.LOST && told.reason() == null;
  }

  private AllocationState failed(@Nullable String why, PilotDirectory directory)
      throws IOException {
    String words = lastWords(directory);
    String reason = why == null ? "it failed" : why;
    return new AllocationState(Phase.FAILED, words.isEmpty() ? reason : reason + "\n" + words);
  }

  private boolean hasSaidHello(PilotDirectory directory) throws IOException {
    for (int agent = 0; agent < directory.start().nodes(); agent++) {
      if (has(directory.site() + "/" + AgentFiles.name(agent) + "/hello")) {
        return true;
      }
    }
    return false;
  }

  private String lastWords(PilotDirectory directory) throws IOException {
    for (int agent = 0; agent < directory.start().nodes(); agent++) {
      String words = text(directory.site() + "/" + AgentFiles.name(agent) + "/stderr");
      if (!words.isEmpty()) {
        return words;
      }
    }
    return text(directory.site() + "/allocation.err");
  }

  private boolean has(String file) throws IOException {
    try {
      byte[] unused = host.tail(file, 1);
      return true;
    } catch (NoSuchFileException none) {
      return false;
    }
  }

  private String text(String file) throws IOException {
    try {
      return new String(host.tail(file, MOST_BYTES), StandardCharsets.UTF_8).strip();
    } catch (NoSuchFileException none) {
      return "";
    }
  }
}
