package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What has to be true after any faults: each accepted task has one result, none has one that was
 * not accepted, and who ran more than once had a reason.
 */
final class Oracle {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A task that began so short before a fault may not have been claimed. */
  private static final long YOUNG_MS = 2000;

  /** A fault that happened, epoch ms. */
  record Happened(Fault fault, long from, long to) {}

  private final List<Happened> faults = new ArrayList<>();
  private final Map<String, Set<String>> accepted = new HashMap<>();

  void happened(Fault fault, long from, long to) {
    faults.add(new Happened(fault, from, to));
  }

  List<Happened> faults() {
    return faults;
  }

  void accepted(String session, Set<String> ids) {
    accepted.put(session, ids);
  }

  /** Checks a session's files; returns how its tasks ended. */
  Map<String, Integer> checkResults(String session, Path out) throws IOException {
    Set<String> seen = new HashSet<>();
    List<String> twice = new ArrayList<>();
    Map<String, Integer> statuses = new HashMap<>();
    for (String line : Files.readAllLines(out.resolve("results.jsonl"))) {
      JsonNode result = JSON.readTree(line);
      if (!seen.add(result.get("id").asText())) {
        twice.add(line);
      }
      String status = result.get("status").asText();
      statuses.merge(status, 1, Integer::sum);
      if (!status.equals("SUCCESS")) {
        System.out.println("faults: not a success: " + line);
        assertThat(mayBeDead(result)).as(line + "; faults: " + faults).isTrue();
      }
    }
    assertThat(twice).as("second results in " + session).isEmpty();
    assertThat(seen).as("results of " + session).isEqualTo(accepted.get(session));
    assertThat(Files.readAllLines(out.resolve("metrics.csv")))
        .as("rows of " + session)
        .hasSize(seen.size() + 1);
    return statuses;
  }

  /** Three agents that ran it, each lost by a fault of ours. */
  private boolean mayBeDead(JsonNode result) {
    long lost = faults.stream().filter(fault -> fault.fault().losesAnAgent).count();
    return result.get("status").asText().equals("DEAD")
        && result.get("losses").asInt() == 3
        && lost >= 3;
  }

  /** The keys of the results in a directory. */
  static List<String> results(Path out) throws IOException {
    List<String> keys = new ArrayList<>();
    for (String line : Files.readAllLines(out.resolve("results.jsonl"))) {
      JsonNode result = JSON.readTree(line);
      keys.add(result.get("session").asText() + "/" + result.get("id").asText());
    }
    return keys;
  }

  /**
   * Checks the notes that the tasks made when they started: {@code session id attempt epoch-ms}.
   *
   * @return how many executions there were beyond the first ones
   */
  long checkExecutions(Path notes) throws IOException {
    Map<String, List<Long>> starts = new HashMap<>();
    for (String line : Files.readAllLines(notes)) {
      String[] words = line.split(" ", -1);
      starts
          .computeIfAbsent(words[0] + "/" + words[1], key -> new ArrayList<>())
          .add(Long.parseLong(words[3]));
    }
    long repeats = 0;
    List<String> unexplained = new ArrayList<>();
    for (Map.Entry<String, List<Long>> task : starts.entrySet()) {
      List<Long> times = task.getValue().stream().sorted().toList();
      for (int i = 1; i < times.size(); i++) {
        repeats++;
        if (!isExplained(times.get(i - 1), times.get(i))) {
          unexplained.add(task.getKey() + " started at " + times);
        }
      }
    }
    assertThat(unexplained).as("executions without a reason; faults: " + faults).isEmpty();
    return repeats;
  }

  private boolean isExplained(long before, long again) {
    return faults.stream()
        .anyMatch(
            fault ->
                (before >= fault.from() - YOUNG_MS && before <= fault.to())
                    || (fault.fault().losesAnAgent
                        && before <= fault.from()
                        && again >= fault.from()));
  }
}
