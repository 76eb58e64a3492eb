package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients without any code of QTau submit and read, over AMQP. */
class ForeignClientsIT {
  @TempDir static Path home;
  @TempDir static Path work;
  private static LocalSite site;
  private static Queues queues;
  private static ForeignClients clients;

  @BeforeAll
  static void start() throws Exception {
    site = new LocalSite(home, 2);
    queues = new Queues(site, home);
    clients = new ForeignClients(work);
  }

  @AfterAll
  static void stop() throws Exception {
    queues.close();
    site.close();
  }

  private static String[] arguments(String session) {
    return new String[] {
      site.url().host() + ":" + site.url().port(), site.credentialFile().toString(), session
    };
  }

  private static void assertRan(String session, String greeting, List<JsonNode> results) {
    Map<String, JsonNode> byId =
        results.stream()
            .collect(Collectors.toMap(result -> result.get("id").asText(), Function.identity()));
    assertThat(byId).containsOnlyKeys("hello", "wrong", "nothing");
    assertThat(byId.values()).allMatch(r -> r.get("session").asText().equals(session));
    assertThat(byId.get("hello").get("status").asText()).isEqualTo("SUCCESS");
    assertThat(byId.get("hello").at("/stdout/text").asText()).isEqualTo(greeting + "\n");
    assertThat(byId.get("wrong").get("status").asText()).isEqualTo("FAILED");
    assertThat(byId.get("wrong").get("exit_code").asInt()).isEqualTo(3);
    assertThat(byId.get("nothing").get("status").asText()).isEqualTo("SUCCESS");
    queues.awaitEmpty(session);
  }

  @Test
  void protonOfPython() throws Exception {
    assertRan("py", "hello from Python", clients.python("proton/client.py", arguments("py")));
  }

  @Test
  void qpidOfJava() throws Exception {
    assertRan("java", "hello from Java", clients.java("jms/Client.java", arguments("java")));
  }

  @Test
  void rheaOfJavaScript() throws Exception {
    assertRan("js", "hello from JavaScript", clients.node("rhea", "client.js", arguments("js")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"proton/client.py", "jms/Client.java"})
  void theDocumentShowsTheProgramThatRuns(String program) throws Exception {
    assertThat(Files.readString(Path.of("../docs/wire.md")))
        .contains("\n" + Files.readString(ForeignClients.resource(program)) + "```\n");
  }
}
