package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.protocol.TaskResult;
import io.qtau.protocol.TaskStatus;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text messages of the core protocol whose bytes are no text end as rejected tasks. */
class UnreadableTextIT {
  private static final String GOOD = "good";

  /** Bodies by the ids of their tasks. */
  private static final Map<String, String> BODIES =
      Map.of(
          "null",
          "00",
          "short",
          "010000006341",
          "negative",
          "01ffffffff41",
          "endless",
          "017fffffff41",
          "nothing",
          "",
          GOOD,
          "010000001e" + HexFormat.of().formatHex(utf16("{\"kind\":\"noop\"}")));

  @TempDir Path home;

  /** Artemis writes the characters of a string low byte first. */
  private static byte[] utf16(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_16LE);
  }

  private static void send(Queues queues, String id, String body) throws ActiveMQException {
    ClientMessage message = queues.session().createMessage(Message.TEXT_TYPE, true);
    message.getBodyBuffer().writeBytes(HexFormat.of().parseHex(body));
    message.putIntProperty("qtau_v", 1);
    message.putStringProperty("qtau_session", "texts");
    message.putStringProperty("qtau_id", id);
    message.putStringProperty("qtau_kind", "noop");
    queues.session().createProducer(Queues.LANE).send(message);
  }

  @Test
  void eachIsRejectedAndTheGoodOneRuns() throws Exception {
    try (LocalSite site = new LocalSite(home, 1);
        Queues queues = new Queues(site, home)) {
      for (var task : BODIES.entrySet()) {
        send(queues, task.getKey(), task.getValue());
      }
      Map<String, TaskStatus> ended =
          queues.results("texts", BODIES.size()).stream()
              .collect(Collectors.toMap(result -> result.id().value(), TaskResult::status));
      assertThat(ended).containsOnlyKeys(BODIES.keySet());
      ended.forEach(
          (id, status) ->
              assertThat(status)
                  .as(id)
                  .isEqualTo(id.equals(GOOD) ? TaskStatus.SUCCESS : TaskStatus.REJECTED));
      queues.awaitEmpty("texts");
    }
  }
}
