package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.broker.EmbeddedBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** QTau's half of the broker in a stock Apache Artemis. */
@Tag("long")
@Tag("stock")
class StandaloneIT {
  /** What a reader of the document has around its commands. */
  private static final String READER =
      """
      qtau() { "$JAVA" -cp "$CLASS_PATH" io.qtau.cli.Main "$@"; }
      trap 'qtau pilot stop --all; "$BROKER/bin/artemis-service" stop' EXIT
      cd "$QTAU_HOME"
      """;

  @TempDir Path home;

  @Test
  void theDocumentsCommandsWorkAsTheyStandThere() throws Exception {
    Map<String, String> environment =
        new HashMap<>(StockBroker.places(home.resolve("artemis"), EmbeddedBroker.freePort()));
    environment.put("QTAU_HOME", home.toString());
    environment.put("JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    environment.put("CLASS_PATH", Commands.classPath());

    StockBroker.bash(READER + StandaloneGuide.install() + StandaloneGuide.use(), environment);

    assertThat(Files.readAllLines(home.resolve("standalone-out/results.jsonl"))).hasSize(63);
    assertThat(home.resolve("artemis/log/artemis.log")).content().doesNotContain(" ERROR ");
  }
}
