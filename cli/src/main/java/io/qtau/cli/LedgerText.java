package io.qtau.cli;

import io.qtau.protocol.AgentState;
import io.qtau.protocol.AgentState.Attempt;
import io.qtau.protocol.AgentState.Holding;
import io.qtau.protocol.AgentState.Workers;
import io.qtau.protocol.Capacity;
import io.qtau.protocol.Fit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Draws what tasks occupy of an agent's node: a row with a letter for each core, in the order in
 * which the agent numbers them, then a line for each task, and for each pool of workers.
 */
final class LedgerText {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final char FREE = '.';
  private static final char SHARED = '+';
  private static final char UNLISTED = '#';
  private static final int MOST_CORES = 512;

  private final AgentState agent;
  private final List<String> lines = new ArrayList<>();

  private LedgerText(AgentState agent) {
    this.agent = agent;
  }

  /** Its lines; none of an agent that tells nothing of it. */
  static List<String> of(AgentState agent) {
    LedgerText text = new LedgerText(agent);
    if (agent.total() != null) {
      text.draw();
    }
    return text.lines;
  }

  private void draw() {
    Capacity free = agent.unoccupied();
    lines.add("free: " + words(free.milliCores(), free.milliGpus(), free.memoryMb(), own(free)));
    String unbound = agent.unbound();
    lines.add(unbound == null ? "bound to cores of their own" : "not bound to cores: " + unbound);
    String row = agent.milliCores() / 1000 <= MOST_CORES ? row() : "";
    if (!row.isEmpty()) {
      lines.add("[" + row + "]");
    }
    for (int i = 0; i < agent.running().size(); i++) {
      lines.add(letter(i) + " " + line(agent.running().get(i)));
    }
    int unlisted = agent.runningCount() - agent.running().size();
    if (unlisted > 0) {
      lines.add(UNLISTED + " and " + unlisted + " more");
    }
    agent.workers().forEach(pool -> lines.add("workers of " + words(pool)));
  }

  private static String words(Workers pool) {
    return "%s: %d busy, %d idle, %d MiB"
        .formatted(pool.pool(), pool.busy(), pool.idle(), pool.memoryMb());
  }

  /** Empty when the cores have other numbers than 0, 1, 2 and so on: only taken ones are told. */
  private String row() {
    char[] row = new char[agent.milliCores() / 1000];
    Arrays.fill(row, FREE);
    for (int i = 0; i < agent.running().size(); i++) {
      Holding holds = agent.running().get(i).holds();
      List<Integer> cores = holds == null ? List.of() : holds.cores();
      for (int core : cores) {
        if (core >= row.length) {
          return "";
        }
        row[core] = row[core] == FREE ? letter(i) : SHARED;
      }
    }
    return new String(row);
  }

  private static char letter(int i) {
    return i < LETTERS.length() ? LETTERS.charAt(i) : UNLISTED;
  }

  private static String line(Attempt attempt) {
    String task = attempt.session() + "/" + attempt.id() + " attempt " + attempt.attempt();
    Holding holds = attempt.holds();
    return holds == null ? task : task + ": " + words(holds);
  }

  private static String words(Holding holds) {
    StringBuilder words = new StringBuilder(Fit.cores(holds.milliCores()));
    append(words, " (", holds.cores(), ")");
    if (holds.milliGpus() > 0) {
      words.append(", ").append(Fit.gpus(holds.milliGpus()));
      append(words, " (", holds.gpus(), ")");
    }
    if (holds.memoryMb() > 0) {
      words.append(", ").append(holds.memoryMb()).append(" MiB");
    }
    new TreeMap<>(holds.named())
        .forEach((name, count) -> words.append(", ").append(count).append(' ').append(name));
    return words.toString();
  }

  private static void append(StringBuilder to, String before, List<?> values, String after) {
    if (!values.isEmpty()) {
      to.append(before)
          .append(String.join(",", values.stream().map(String::valueOf).toList()))
          .append(after);
    }
  }

  private static String words(
      int milliCores, int milliGpus, long memoryMb, Map<String, Integer> named) {
    return words(new Holding(milliCores, List.of(), milliGpus, List.of(), memoryMb, named));
  }

  /** What all pilots share an agent gets when it needs it: none of that is free here. */
  private static Map<String, Integer> own(Capacity free) {
    Map<String, Integer> own = new HashMap<>(free.named());
    own.keySet().removeAll(free.shared());
    return own;
  }
}
