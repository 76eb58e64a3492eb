package io.qtau.system;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pilot whose directory other nodes share: its tasks cost nothing there, unless they leave files.
 */
class SharedFilesIT {
  private static final String SMALL =
      """
      {"id":"e%1$d","kind":"exec","exec":{"argv":["sh","-c","echo out; pwd; cat >&2"],"stdin":"in"}}
      {"id":"p%1$d","kind":"python","python":{"call":"os:getcwd"}}
      """;
  private static final String LEAVING =
      """
      {"id":"long","kind":"exec","exec":{"argv":["head","-c","100000","/dev/zero"]}}
      {"id":"file","kind":"exec","exec":{"argv":["touch","made"]}}
      {"id":"python","kind":"python","python":{"call":"os:mkdir","args":["made"]}}
      """;

  /** On another file system than the pilot, as on a node. */
  private final Path node = Path.of("/dev/shm/qtau-it-" + ProcessHandle.current().pid());

  @TempDir Path home;

  @BeforeEach
  void make() throws Exception {
    Files.createDirectory(node);
  }

  @AfterEach
  void remove() throws Exception {
    Files.deleteIfExists(node);
  }

  @Test
  void tasksAreOnTheNodeAndWhatTheyLeaveIsBesideThePilot() throws Exception {
    Path pilot = home.resolve("pilots/p");
    try (Commands qtau = new Commands(home).with(Map.of("QTAU_WORK", node.toString()));
        WatchService made = home.getFileSystem().newWatchService()) {
      qtau.ok("broker", "start");
      qtau.localPilot("p", 2);
      pilot.register(made, ENTRY_CREATE);

      StringBuilder small = new StringBuilder();
      for (int number = 0; number < 20; number++) {
        small.append(SMALL.formatted(number));
      }
      Map<String, JsonNode> results = run(qtau, "small", small.toString());
      assertThat(results).hasSize(40);
      assertThat(results.get("e7").at("/stdout/text").asText()).startsWith("out\n" + node);
      assertThat(results.get("e7").at("/stderr/text").asText()).isEqualTo("in");
      assertThat(results.get("p7").get("value").asText()).startsWith(node.toString());
      assertThat(made.poll()).as("nothing was made beside the pilot").isNull();

      results = run(qtau, "leaving", LEAVING);
      Path work = pilot.resolve("work/leaving");
      Path stdout = Path.of(results.get("long").at("/stdout/path").asText());
      assertThat(stdout).isEqualTo(work.resolve("long/1/stdout")).hasSize(100_000);
      assertThat(work.resolve("file/1/work/made")).exists();
      assertThat(work.resolve("python/1/work/made")).isDirectory();
      try (Stream<Path> kept = Files.list(work)) {
        assertThat(kept).hasSize(3);
      }
    }
    await("the node is as it was").until(() -> isEmpty(node));
  }

  private Map<String, JsonNode> run(Commands qtau, String session, String tasks) throws Exception {
    Path file = Files.writeString(home.resolve(session + ".jsonl"), tasks);
    Path out = home.resolve(session + "-out");
    qtau.ok("submit", file.toString(), "--session", session);
    qtau.ok("await", session, "--out", out.toString(), "--timeout", "120");
    Map<String, JsonNode> results = new HashMap<>();
    for (String line : Files.readAllLines(out.resolve("results.jsonl"))) {
      JsonNode result = new ObjectMapper().readTree(line);
      assertThat(result.get("status").asText()).as(line).isEqualTo("SUCCESS");
      results.put(result.get("id").asText(), result);
    }
    return results;
  }

  private static boolean isEmpty(Path directory) throws Exception {
    try (Stream<Path> all = Files.list(directory)) {
      return all.findAny().isEmpty();
    }
  }
}
