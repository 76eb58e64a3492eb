package io.qtau.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a pilot's agents, and its batch script, have left in its directory on a host.
 *
 * @param site that directory, absolute
 * @param agents the numbers of those that may have been there
 */
record PilotTraces(Host host, String site, List<Integer> agents) {
  private static final int LAST_WORDS_BYTES = 2000;
  private static final Pattern WELL = Pattern.compile("^\\[[^]]*] INFO ");

  /** More than that is not fetched of a file; its end counts. */
  private static final int LOG_BYTES = 4 << 20;

  PilotTraces {
    agents = List.copyOf(agents);
  }

  /** Of a pilot whose agents all share one directory. */
  static PilotTraces of(Host host, PilotDirectory pilot) throws IOException {
    List<Integer> agents = new ArrayList<>();
    for (int number = 0; number < pilot.start().nodes(); number++) {
      agents.add(number);
    }
    return new PilotTraces(host, pilot.site().toString(), agents);
  }

  /** The scheduler's name of the allocation; empty = there has been none. */
  String id() throws IOException {
    return tail("id", LAST_WORDS_BYTES).strip();
  }

  /** The exit status of the batch script; empty = it has left none. */
  String exit() throws IOException {
    return tail("exit", LAST_WORDS_BYTES).strip();
  }

  /** Whether an agent has reached the broker. */
  boolean hasSaidHello() throws IOException {
    for (int agent : agents) {
      if (has(AgentFiles.name(agent) + "/hello")) {
        return true;
      }
    }
    return false;
  }

  private boolean has(String file) throws IOException {
    try {
      byte[] unused = host.tail(site + "/" + file, 1);
      return true;
    } catch (NoSuchFileException none) {
      return false;
    }
  }

  /** The last lines of the first agent that complains, else of the batch script. */
  String lastWords() throws IOException {
    for (int agent : agents) {
      String words = complaints(tail(AgentFiles.name(agent) + "/stderr", LAST_WORDS_BYTES));
      if (!words.isEmpty()) {
        return words;
      }
    }
    return tail("allocation.err", LAST_WORDS_BYTES).strip();
  }

  /** All but what agents say while they are well. */
  private static String complaints(String words) {
    return words
        .lines()
        .filter(line -> !WELL.matcher(line).find())
        .collect(Collectors.joining("\n"))
        .strip();
  }

  /** All that was said; files without a word are left out. */
  List<Said> said() throws IOException {
    List<Said> said = new ArrayList<>();
    add(said, null, "allocation.out");
    add(said, null, "allocation.err");
    for (int agent : agents) {
      add(said, agent, AgentFiles.name(agent) + "/stdout");
      add(said, agent, AgentFiles.name(agent) + "/stderr");
    }
    return said;
  }

  private void add(List<Said> said, @Nullable Integer agent, String file) throws IOException {
    String text = tail(file, LOG_BYTES);
    if (!text.isEmpty()) {
      said.add(new Said(agent, host.shown(site + "/" + file), text));
    }
  }

  private String tail(String file, int most) throws IOException {
    try {
      return new String(host.tail(site + "/" + file, most), StandardCharsets.UTF_8);
    } catch (NoSuchFileException none) {
      return "";
    }
  }
}
