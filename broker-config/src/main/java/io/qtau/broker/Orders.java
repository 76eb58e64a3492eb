package io.qtau.broker;

import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.AdmitOrder;
import io.qtau.protocol.CancelOrder;
import io.qtau.protocol.CancelReceipt;
import io.qtau.protocol.CollectorOrder;
import io.qtau.protocol.DismissOrder;
import io.qtau.protocol.LeaveOrder;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.StealOrder;
import io.qtau.protocol.SurveyAnswer;
import io.qtau.protocol.SurveyOrder;
import io.qtau.protocol.WireFormat;
import java.time.Duration;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Consumer;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.ServerConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What clients may tell the steward to do, and its answers. Used by the steward's thread alone. */
final class Orders {
  private static final Logger LOG = LoggerFactory.getLogger(Orders.class);

  /** Whoever asked has gone when it has not looked for so long. */
  private static final Duration ANSWER_KEPT = Duration.ofMinutes(10);

  private static final int TASKS_IN_A_PART = 400;

  private final ActiveMQServer server;
  private final LaneNames names;
  private final CollectorCopies copies;
  private final Cancels cancels;
  private final PilotAccess access;
  private final PilotEnds pilots;
  private final ClientSession session;
  private final ClientProducer producer;

  Orders(
      ActiveMQServer server,
      LaneNames names,
      CollectorCopies copies,
      PilotAccess access,
      PilotEnds pilots,
      CoreConnection connection)
      throws ActiveMQException {
    this.server = server;
    this.names = names;
    this.copies = copies;
    this.access = access;
    this.pilots = pilots;
    cancels = new Cancels(server, connection);
    session = connection.automatic();
    producer = session.createProducer();
  }

  /** An order that has been understood. */
  interface Deed {
    void run() throws Exception;
  }

  /**
   * Reads an order.
   *
   * @throws MalformedMessage when it is none
   */
  Deed read(ClientMessage message) throws MalformedMessage {
    byte[] body = CoreMessages.body(message);
    if (message.containsProperty(Properties.CANCEL_TOKEN)) {
      CancelOrder cancel = WireFormat.decode(body, CancelOrder.class);
      return () -> {
        CancelReceipt receipt = new CancelReceipt(cancel.token(), cancels.obey(cancel));
        answer(receipt.token(), receipt);
      };
    }
    if (message.containsProperty(Properties.SURVEY_TOKEN)) {
      SurveyOrder survey = WireFormat.decode(body, SurveyOrder.class);
      return () -> {
        for (SurveyAnswer part : Survey.of(server, names, survey, TASKS_IN_A_PART)) {
          answer(SurveyAnswer.key(part.token(), part.part()), part);
        }
      };
    }
    if (message.containsProperty(Properties.STEAL_TOKEN)) {
      StealOrder steal = WireFormat.decode(body, StealOrder.class);
      return () -> {
        endReader(steal.session());
        answer(steal.token(), steal);
      };
    }
    if (message.containsProperty(Properties.ADMIT_TOKEN)) {
      AdmitOrder admit = WireFormat.decode(body, AdmitOrder.class);
      return () -> answer(admit.token(), access.obey(admit));
    }
    if (message.containsProperty(Properties.DISMISS_TOKEN)) {
      DismissOrder dismiss = WireFormat.decode(body, DismissOrder.class);
      return () -> answer(dismiss.token(), access.obey(dismiss));
    }
    if (message.containsProperty(Properties.LEAVE_TOKEN)) {
      LeaveOrder leave = WireFormat.decode(body, LeaveOrder.class);
      return () -> answer(leave.token(), pilots.obey(leave, access.lives(leave.pilot())));
    }
    CollectorOrder order = WireFormat.decode(body, CollectorOrder.class);
    return () -> collect(order);
  }

  private void endReader(SessionName name) {
    Queue results = server.locateQueue(Addresses.result(name));
    if (results == null) {
      return;
    }
    for (Consumer consumer : results.getConsumers()) {
      if (consumer instanceof ServerConsumer reader) {
        LOG.info("the reader of session {} is ended: another one takes over", name);
        server
            .getActiveMQServerControl()
            .closeConnectionWithID(String.valueOf(reader.getConnectionID()));
      }
    }
  }

  private void collect(CollectorOrder order) throws Exception {
    if (!order.registers()) {
      copies.end();
      return;
    }
    copies.begin();
    // From here on no result comes past the collector's queue.
    ClientMessage message = CoreMessages.json(session, WireFormat.encode(order), false);
    message.putStringProperty(Properties.ORDER, order.token());
    producer.send(Addresses.COLLECTOR, message);
  }

  private void answer(String key, Record body) throws ActiveMQException {
    ClientMessage message = CoreMessages.json(session, WireFormat.encode(body), true);
    message.putStringProperty(Properties.ANSWER_KEY, key);
    message.setExpiration(System.currentTimeMillis() + ANSWER_KEPT.toMillis());
    producer.send(Addresses.ANSWERS, message);
  }
}
