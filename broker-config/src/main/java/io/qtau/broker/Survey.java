package io.qtau.broker;

import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.FoundTask;
import io.qtau.protocol.FoundTask.Place;
import io.qtau.protocol.Properties;
import io.qtau.protocol.QueueState;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.SurveyAnswer;
import io.qtau.protocol.SurveyOrder;
import io.qtau.protocol.TaskId;
import io.qtau.protocol.TaskStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.utils.collections.LinkedListIterator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks where messages lie, without touching them. There is no other record of waiting tasks. */
final class Survey {
  private static final Logger LOG = LoggerFactory.getLogger(Survey.class);

  private static final Set<String> OTHERS_WITH_TASKS =
      Set.of(Addresses.DEAD, Addresses.EXPIRED, Addresses.CANCELED, Addresses.ORPHAN);

  private final SurveyOrder order;
  private final LaneNames names;
  private final List<QueueState> queues = new ArrayList<>();
  private final List<FoundTask> tasks = new ArrayList<>();
  private final List<String> cut = new ArrayList<>();

  private Survey(SurveyOrder order, LaneNames names) {
    this.order = order;
    this.names = names;
  }

  /** All that is to be told, in parts of so many tasks. */
  static List<SurveyAnswer> of(
      ActiveMQServer server, LaneNames names, SurveyOrder order, int tasksInPart) {
    Survey survey = new Survey(order, names);
    for (String name : new TreeSet<>(List.of(server.getActiveMQServerControl().getQueueNames()))) {
      Queue queue = holdsTasks(name) ? server.locateQueue(name) : null;
      if (queue != null) {
        survey.look(queue, name);
      }
    }
    return survey.parts(tasksInPart);
  }

  private static boolean holdsTasks(String name) {
    return Addresses.isTask(name)
        || Addresses.isResult(name)
        || Addresses.isClaim(name)
        || OTHERS_WITH_TASKS.contains(name);
  }

  private void look(Queue queue, String name) {
    MessageReference first = queue.peekFirstMessage();
    queues.add(
        new QueueState(
            name,
            queue.getMessageCount(),
            queue.getDeliveringCount(),
            queue.getScheduledCount(),
            queue.getConsumerCount(),
            first == null ? null : stampUs(first.getMessage()),
            names.of(name).isEmpty() ? null : names.of(name)));
    SessionName session = order.session();
    if (session != null && (!Addresses.isResult(name) || name.equals(Addresses.result(session)))) {
      find(queue, name);
    }
  }

  private void find(Queue queue, String name) {
    queue.getDeliveringMessages().values().stream()
        .flatMap(List::stream)
        .forEach(reference -> add(name, reference, Place.HELD, 0));
    queue.getScheduledMessages().forEach(reference -> add(name, reference, Place.RESTING, 0));
    int position = 0;
    try (LinkedListIterator<MessageReference> waiting = queue.browserIterator()) {
      while (waiting.hasNext()) {
        if (position == SurveyAnswer.MOST_LOOKED_AT) {
          cut.add(name);
          return;
        }
        position++;
        add(name, waiting.next(), Place.WAITING, position);
      }
    }
  }

  private void add(String queue, MessageReference reference, Place place, int position) {
    Message message = reference.getMessage();
    SessionName session = order.session();
    TaskId id = order.id();
    if (session == null
        || !session.value().equals(text(message, Properties.SESSION))
        || (id != null && !id.value().equals(text(message, Properties.ID)))) {
      return;
    }
    try {
      tasks.add(found(session, queue, reference, place, position));
    } catch (IllegalArgumentException e) {
      // The guard lets no such message in; it is not worth losing the rest of the answer.
      LOG.warn("a message in {} cannot be told: {}", queue, e.getMessage());
    }
  }

  private static FoundTask found(
      SessionName session, String queue, MessageReference reference, Place place, int position) {
    Message message = reference.getMessage();
    String status = text(message, Properties.STATUS);
    Long stamp = stampUs(message);
    long accepted = CoreMessages.number(message, Properties.ACCEPTED_US, stamp == null ? 0 : stamp);
    long rests =
        Math.max(
            CoreMessages.number(message, Properties.NOT_BEFORE_US, 0),
            place == Place.RESTING ? reference.getScheduledDeliveryTime() * 1000 : 0);
    return new FoundTask(
        session,
        new TaskId(String.valueOf(text(message, Properties.ID))),
        (int) CoreMessages.number(message, Properties.REPLAY, 0),
        String.valueOf(text(message, Properties.KIND)),
        queue,
        place,
        position,
        (int) CoreMessages.number(message, Properties.ATTEMPT, 1),
        (int) CoreMessages.number(message, Properties.LOSSES, 0),
        accepted == 0 ? null : accepted,
        rests == 0 ? null : rests,
        status == null ? null : TaskStatus.valueOf(status));
  }

  private static @Nullable String text(Message message, String property) {
    Object value = message.getObjectProperty(property);
    return value == null ? null : value.toString();
  }

  private static @Nullable Long stampUs(Message message) {
    Long stamp = message.getIngressTimestamp();
    return stamp == null ? null : Long.valueOf(stamp * 1000);
  }

  private List<SurveyAnswer> parts(int tasksInPart) {
    List<SurveyAnswer> parts = new ArrayList<>();
    int from = 0;
    do {
      int to = Math.min(tasks.size(), from + tasksInPart);
      boolean first = from == 0;
      parts.add(
          new SurveyAnswer(
              order.token(),
              parts.size(),
              to == tasks.size(),
              first ? queues : List.of(),
              tasks.subList(from, to),
              first ? cut : List.of()));
      from = to;
    } while (from < tasks.size());
    return parts;
  }
}
