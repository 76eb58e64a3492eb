package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qtau.agent.ProbeWheel;
import io.qtau.system.Commands.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Environments of Python tasks, and workers that hang, through a real agent. About 10 s. */
class PythonPlacesIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What it starts when it is imported holds a lock, which nobody opens in a child. */
  private static final String HOLDING =
      """
      import threading
      lock = threading.Lock()
      def hold():
          with lock:
              threading.Event().wait()
      threading.Thread(target=hold, daemon=True).start()
      def use():
          with lock:
              return 1
      def fine():
          return 2
      """;

  @TempDir Path home;
  @TempDir Path user;
  private Path conda;
  private Path wheels;
  private Path code;

  @BeforeEach
  void prepare() throws Exception {
    wheels = Files.createDirectory(user.resolve("wheels"));
    ProbeWheel.write(wheels, "1.0");
    code = Files.createDirectory(user.resolve("code"));
    Files.writeString(code.resolve("holding.py"), HOLDING);
    conda = condaEnvironment("study");
  }

  /** One that was made at a path: conda's own list alone knows its name. */
  private Path condaEnvironment(String name) throws Exception {
    Path place = user.resolve("elsewhere").resolve(name);
    Process made =
        new ProcessBuilder("/usr/bin/python3", "-m", "venv", "--without-pip", place.toString())
            .inheritIO()
            .start();
    assertThat(made.waitFor()).isZero();
    Files.createFile(Files.createDirectory(place.resolve("conda-meta")).resolve("history"));
    Path list = Files.createDirectories(user.resolve(".conda")).resolve("environments.txt");
    Files.writeString(list, "/no/longer/there/" + name + "\n" + place + "\n");
    return place;
  }

  @Test
  void requirementsNamesOfCondaAndStuckWorkers() throws Exception {
    String made =
        "{'requirements':['qtau-probe==1.0'],'wheels':'%s','python':'/usr/bin/python3'}"
            .formatted(wheels);
    String prefix = "'call':'builtins:eval','args':['__import__(\"sys\").prefix']";
    String holding =
        "'isolation':'fork','env':'/usr','preload':['holding'],'path':['%s']".formatted(code);
    Map<String, JsonNode> results =
        run(
            task("version", "'call':'qtau_probe:version','env':" + made),
            task("place", "'call':'qtau_probe:place','env':" + made),
            task("conda", prefix + ",'env':'study'"),
            task("unknown", prefix + ",'env':'no-such'"),
            task("stuck", "'call':'holding:use'," + holding),
            task("fine", "'call':'holding:fine'," + holding));
    assertThat(results.get("version").get("value").asText()).isEqualTo("1.0");
    assertThat(results.get("place").get("value").asText())
        .startsWith(user.resolve(".cache/qtau/environments").toString());
    assertThat(results.get("version").get("usage").get("env_import_s").asDouble())
        .as("it waited for pip")
        .isGreaterThan(0.5);
    assertThat(results.get("conda").get("value").asText()).isEqualTo(conda.toString());
    assertThat(results.get("unknown").get("error").get("message").asText())
        .contains("no-such", user.resolve(".conda/envs/no-such").toString());
    JsonNode stuck = results.get("stuck").get("error");
    assertThat(stuck.get("type").asText()).isEqualTo("Stuck");
    assertThat(stuck.get("message").asText()).contains("locks", "QTAU_PYTHON_STUCK_S");
    assertThat(results.get("fine").get("value").asInt()).isEqualTo(2);
  }

  private static String task(String id, String block) {
    return "{'id':'%s','kind':'python','python':{%s}}".formatted(id, block);
  }

  private Map<String, JsonNode> run(String... lines) throws Exception {
    List<String> tasks =
        List.of(lines).stream().map(line -> line.replace("\"", "\\\"").replace('\'', '"')).toList();
    Path out = user.resolve("out");
    Ended ended =
        new Commands(home)
            .with(Map.of("HOME", user.toString(), "XDG_CACHE_HOME", "", "QTAU_PYTHON_STUCK_S", "2"))
            .run(
                "run",
                Files.write(user.resolve("tasks.jsonl"), tasks).toString(),
                "--cores",
                "4",
                "--out",
                out.toString());
    assertThat(ended.code()).as(ended.err()).isEqualTo(1);
    Map<String, JsonNode> results = new HashMap<>();
    for (String line : Files.readAllLines(out.resolve("results.jsonl"))) {
      JsonNode result = JSON.readTree(line);
      results.put(result.get("id").asText(), result);
    }
    return results;
  }
}
