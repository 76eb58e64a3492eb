package io.qtau.broker;

import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.Properties;
import io.qtau.protocol.SiteResources;
import io.qtau.protocol.WireFormat;
import java.time.Duration;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.ServerConsumer;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.apache.activemq.artemis.core.transaction.TransactionOperationAbstract;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The units of what all pilots share: one message each, which an agent holds while a task needs it,
 * and acknowledges to give it back. They live as long as the broker does, and are made anew with
 * it.
 *
 * <p>A unit whose holder has gone without that {@link #REST rests} before anybody may have it.
 */
final class SiteUnits {
  private static final Logger LOG = LoggerFactory.getLogger(SiteUnits.class);

  /**
   * Its task may still run: an agent that lives comes back for it within this time. It looks every
   * 2 s whether its connection lives ({@code Timers.FAILURE_CHECK}), and connects again within 0.1
   * s. An agent that was killed has had its tasks ended by then.
   */
  static final Duration REST = Duration.ofSeconds(3);

  /** Does something on the steward's thread after a while. */
  interface Later {
    void run(Duration rest, String what, Steward.Work work);
  }

  private final ActiveMQServer server;
  private final SiteResources resources;
  private final Later later;
  private @Nullable ClientSession session;
  private @Nullable ClientProducer producer;

  SiteUnits(ActiveMQServer server, SiteResources resources, Later later) {
    this.server = server;
    this.resources = resources;
    this.later = later;
  }

  /** Says what there is: until then no agent begins. Agents come back for what their tasks hold. */
  void open(CoreConnection connection) throws ActiveMQException {
    if (server.locateQueue(Addresses.SITE) == null || server.locateQueue(Addresses.UNITS) == null) {
      LOG.warn("this broker.xml is of an older QTau: there is nothing that all pilots share");
      return;
    }
    ClientSession own = connection.automatic();
    session = own;
    producer = own.createProducer();
    send(Addresses.SITE, CoreMessages.json(own, WireFormat.encode(resources), false));
    resources
        .named()
        .forEach(
            (name, count) -> {
              for (int i = 0; i < count; i++) {
                makeLater(name);
              }
            });
  }

  private void makeLater(String name) {
    later.run(REST, "make one " + name, () -> make(name));
  }

  private void make(String name) throws ActiveMQException {
    ClientSession own = session;
    if (own != null) {
      ClientMessage unit = CoreMessages.json(own, new byte[] {'{', '}'}, false);
      unit.putStringProperty(Properties.UNIT_KEY, name);
      send(Addresses.UNITS, unit);
    }
  }

  private void send(String address, ClientMessage message) throws ActiveMQException {
    ClientProducer out = producer;
    if (out != null) {
      out.send(address, message);
    }
  }

  /** An agent gives one back: others may have it at once. */
  void givenBack(@Nullable Transaction tx, MessageReference unit) {
    String name = name(unit);
    if (tx == null) {
      later.run(Duration.ZERO, "make one " + name, () -> make(name));
      return;
    }
    tx.addOperation(
        new TransactionOperationAbstract() {
          @Override
          public void afterCommit(Transaction known) {
            later.run(Duration.ZERO, "make one " + name, () -> make(name));
          }
        });
  }

  /** A consumer is about to close: whoever holds one by it has not given it back. */
  void closes(ServerConsumer consumer) throws Exception {
    for (MessageReference held : consumer.getDeliveringMessages()) {
      MessageReference own = consumer.removeReferenceByID(held.getMessageID());
      if (own != null) {
        own.acknowledge();
        makeLater(name(own));
      }
    }
  }

  private static String name(MessageReference unit) {
    return String.valueOf(unit.getMessage().getObjectProperty(Properties.UNIT_KEY));
  }
}
