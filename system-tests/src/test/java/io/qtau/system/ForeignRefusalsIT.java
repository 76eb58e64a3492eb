package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.qtau.protocol.TaskResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a client of AMQP can send wrong, all through one broker and one agent: each is refused to
 * its sender, or ends in a result that says why, and what comes after it runs.
 */
class ForeignRefusalsIT {
  private static final String SESSION = "wrong";

  @TempDir static Path home;
  @TempDir static Path work;
  private static LocalSite site;
  private static Queues queues;
  private static Map<String, JsonNode> said;
  private static List<TaskResult> results;

  @BeforeAll
  static void sendAll() throws Exception {
    site = new LocalSite(home, 2);
    queues = new Queues(site, home);
    String where = site.url().host() + ":" + site.url().port();
    List<JsonNode> lines =
        new ForeignClients(work)
            .python("proton/refusals.py", where, site.credentialFile().toString(), SESSION);
    said =
        lines.stream()
            .collect(Collectors.toMap(line -> line.get("case").asText(), Function.identity()));
    results =
        queues.results(
            SESSION,
            (int) lines.stream().filter(l -> l.get("outcome").asText().equals("ACCEPTED")).count());
  }

  @AfterAll
  static void stop() throws Exception {
    queues.close();
    site.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          good                     | SUCCESS  |
          v-byte                   | SUCCESS  |
          v-short                  | SUCCESS  |
          v-int32                  | SUCCESS  |
          v-long                   | SUCCESS  |
          v-ubyte                  | SUCCESS  |
          v-ushort                 | SUCCESS  |
          v-uint                   | SUCCESS  |
          v-ulong                  | SUCCESS  |
          v-text                   | refused  | property qtau_v must be 1
          v-2                      | refused  | property qtau_v must be 1
          v-none                   | refused  | property qtau_v must be 1
          property-list            | refused  | property x is not a scalar
          property-map             | refused  | property x is not a scalar
          property-array           | refused  | property x is not a scalar
          property-uuid            | refused  | property x is not a scalar
          property-time            | refused  | property x is not a scalar
          property-bytes           | refused  | property x is not a scalar
          property-symbol          | SUCCESS  |
          property-decimal         | SUCCESS  |
          annotation-delivery-time | refused  | the message cannot be read
          annotation-map           | SUCCESS  |
          body-text                | SUCCESS  |
          body-binary-value        | SUCCESS  |
          type-none                | SUCCESS  |
          type-plain               | SUCCESS  |
          type-bytes               | SUCCESS  |
          type-nonsense            | SUCCESS  |
          type-java-object         | refused  | object messages are refused
          body-list                | refused  | stream or list messages are refused
          body-nested-list         | refused  | the message cannot be read
          body-sequence            | refused  | stream or list messages are refused
          body-map                 | refused  | map messages are refused
          body-nested-map          | refused  | the message cannot be read
          body-number              | refused  | the body is neither bytes nor text
          body-uuid                | refused  | the body is neither bytes nor text
          body-none                | REJECTED | the body is empty
          body-empty               | REJECTED | the body is empty
          body-empty-text          | REJECTED | the body is empty
          body-not-json            | REJECTED | Unrecognized token 'hello'
          body-not-utf8            | REJECTED |
          body-array               | REJECTED | must be an object
          body-null                | REJECTED | the body is null
          body-other-id            | REJECTED | the body says id another
          body-other-kind          | REJECTED | the body says kind sleep
          body-reserved            | REJECTED | after
          big                      | SUCCESS  |
          big-text                 | SUCCESS  |
          big-property-list        | refused  | property x is not a scalar
          big-list                 | refused  | stream or list messages are refused
          too-big                  | refused  | at most 8 MiB
          not-durable              | refused  | a task must be durable
          reply-to                 | SUCCESS  |
          id-none                  | refused  | property qtau_id is missing
          id-queue                 | refused  | 'a::b' is not a name
          id-space                 | refused  | 'a b' is not a name
          session-none             | refused  | property qtau_session is missing
          session-dot              | refused  | 'a.b' is not a name
          kind-none                | refused  | property qtau_kind is missing
          topic                    | detached | is a queue, not a topic
          topic-new-lane           | detached | is a queue, not a topic
          address-shape            | detached | 'qtau.task.shared.zz' is not the name of a lane
          address-space            | detached | 'qtau.task.a b.c1' is not the name of a lane
          address-queue            | detached | has the name of its address
          address-unknown          | detached | qtau.unknown does not exist
          address-result           | refused  | property qtau_status is missing
          table-list               | refused  | stream or list messages are refused
          steward-property         | refused  | property x is not a scalar
          read-topic               | detached | not configured for topic support
          read-results-topic       | detached | is a queue, not a topic
          read-shape               | detached | 'qtau.task.shared.zz' is not the name of a lane
          read-second              | detached | Maximum Consumer Limit Reached
          good-at-last             | SUCCESS  |
          """)
  void each(String name, String outcome, String why) {
    JsonNode line = said.get(name);
    String word = line.get("outcome").asText();
    switch (outcome) {
      case "refused" -> {
        assertThat(word).isEqualTo("REJECTED");
        assertThat(line.get("why").asText()).startsWith("QTau refuses this: ").contains(why);
      }
      case "detached" -> {
        assertThat(word).isEqualTo("DETACHED");
        assertThat(line.get("why").asText()).contains(why);
      }
      default -> {
        assertThat(word).as(line.toString()).isEqualTo("ACCEPTED");
        TaskResult result = result(name);
        assertThat(result.status().name()).isEqualTo(outcome);
        if (why != null) {
          assertThat(result.error().message()).contains(why);
        }
      }
    }
  }

  private static TaskResult result(String id) {
    List<TaskResult> found = new ArrayList<>(results);
    found.removeIf(result -> !result.id().value().equals(id));
    assertThat(found).as("results of %s", id).hasSize(1);
    return found.get(0);
  }

  @Test
  void nothingIsLeftOver() throws Exception {
    queues.awaitEmpty(SESSION);
    assertThat(queues.exists("qtau.task.shared.c2")).isFalse();
    assertThat(queues.exists("qtau.task.shared.zz")).isFalse();
    assertThat(queues.exists("qtau.result.nobody")).isFalse();
    assertThat(site.brokerData().resolve("large")).isEmptyDirectory();
  }
}
