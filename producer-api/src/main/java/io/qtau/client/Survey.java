package io.qtau.client;

import io.qtau.protocol.AgentState;
import io.qtau.protocol.FoundTask;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.PilotRecord;
import io.qtau.protocol.Properties;
import io.qtau.protocol.QueueState;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.SurveyAnswer;
import io.qtau.protocol.SurveyOrder;
import io.qtau.protocol.TaskId;
import io.qtau.protocol.WireFormat;
import jakarta.jms.JMSException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What lies where at the broker, at one moment.
 *
 * @param queues all queues of tasks and of results
 * @param agents the last heartbeat of each, up to 2 s old
 * @param tasks those that were asked for; a task whose result has been read is nowhere
 * @param pilots what the broker knows of pilots
 * @param cut queues with more messages than were looked at ({@link SurveyAnswer#MOST_LOOKED_AT})
 */
public record Survey(
    List<QueueState> queues,
    List<AgentState> agents,
    List<PilotRecord> pilots,
    List<FoundTask> tasks,
    List<String> cut) {
  public Survey {
    queues = List.copyOf(queues);
    agents = List.copyOf(agents);
    pilots = List.copyOf(pilots);
    tasks = List.copyOf(tasks);
    cut = List.copyOf(cut);
  }

  /** The named resources that tasks of a lane need; empty = none. */
  public Map<String, Integer> named(String lane) {
    return queues.stream()
        .filter(queue -> queue.queue().equals(lane) && queue.named() != null)
        .findFirst()
        .map(queue -> Objects.requireNonNull(queue.named()))
        .orElse(Map.of());
  }

  static Survey make(Dialer dialer, @Nullable SessionName session, @Nullable TaskId id)
      throws QTauException, InterruptedException {
    SurveyOrder order = new SurveyOrder(RandomNames.text(), session, id);
    SortedMap<Integer, SurveyAnswer> parts = new TreeMap<>();
    AtomicReference<Tables> tables = new AtomicReference<>();
    new StewardCall(dialer)
        .ask(
            order,
            order.token(),
            Properties.SURVEY_TOKEN,
            answer -> isWhole(parts, answer),
            link -> tables.set(Tables.read(link)));
    Tables read = Objects.requireNonNull(tables.get());
    Collection<SurveyAnswer> all = parts.values();
    return new Survey(
        all.stream().flatMap(part -> part.queues().stream()).toList(),
        read.agents(),
        read.pilots(),
        all.stream().flatMap(part -> part.tasks().stream()).toList(),
        all.stream().flatMap(part -> part.cut().stream()).toList());
  }

  private static boolean isWhole(SortedMap<Integer, SurveyAnswer> parts, byte[] answer)
      throws MalformedMessage {
    SurveyAnswer part = WireFormat.decode(answer, SurveyAnswer.class);
    parts.put(part.part(), part);
    return parts.values().stream().anyMatch(one -> one.last() && one.part() + 1 == parts.size());
  }

  /** The broker's tables. */
  private record Tables(List<AgentState> agents, List<PilotRecord> pilots) {
    static Tables read(Link link) throws JMSException {
      return new Tables(AgentTable.read(link), PilotOrders.read(link));
    }
  }
}
