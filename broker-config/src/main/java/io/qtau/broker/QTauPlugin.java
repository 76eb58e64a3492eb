package io.qtau.broker;

import io.qtau.messaging.Flushes;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.SiteResources;
import java.util.EnumSet;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.postoffice.RoutingStatus;
import org.apache.activemq.artemis.core.security.SecurityAuth;
import org.apache.activemq.artemis.core.server.ActivateCallback;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.ServerConsumer;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.impl.AckReason;
import org.apache.activemq.artemis.core.server.impl.AddressInfo;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerPlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.jspecify.annotations.Nullable;

/** Our half of the broker, named in its configuration: the guard and the steward. */
public final class QTauPlugin implements ActiveMQServerPlugin {
  private static final SimpleString UNITS = SimpleString.of(Addresses.UNITS);

  private @Nullable Guard guard;
  private @Nullable Steward steward;
  private @Nullable OpenSends sends;

  @Override
  public void registered(ActiveMQServer server) {
    Room room = new Room(server);
    Rests rests = new Rests(server);
    LaneNames names = new LaneNames();
    SiteResources resources = SiteResources.ofText(System.getProperty("qtau.named.resources", ""));
    Steward newSteward = new Steward(server, names, room, rests, resources);
    names.tell(newSteward::laneOpened);
    steward = newSteward;
    guard = new Guard(server, names, room, rests);
    sends = new OpenSends(server);
    server.registerActivateCallback(
        new ActivateCallback() {
          @Override
          public void activationComplete() {
            newSteward.start();
          }

          @Override
          public void preDeActivate() {
            newSteward.close();
          }
        });
  }

  @Override
  public void unregistered(ActiveMQServer server) {
    if (steward != null) {
      steward.close();
    }
  }

  @Override
  public void afterCreateConnection(RemotingConnection connection) {
    Flushes.share(connection);
  }

  @Override
  public void beforeSend(
      ServerSession session,
      @Nullable Transaction tx,
      Message message,
      boolean direct,
      boolean noAutoCreateQueue)
      throws ActiveMQException {
    Guard checking = guard;
    OpenSends counting = sends;
    if (checking == null || counting == null) {
      return;
    }
    String address = message.getAddress(); // Nobody may change it between the two.
    counting.begin(address);
    try {
      orRollBack(tx, () -> checking.check(message, session.getValidatedUser()));
    } catch (ActiveMQException | RuntimeException e) {
      counting.failed(address);
      throw e;
    }
  }

  @Override
  public void afterSend(
      ServerSession session,
      @Nullable Transaction tx,
      Message message,
      boolean direct,
      boolean noAutoCreateQueue,
      RoutingStatus result)
      throws ActiveMQException {
    if (sends != null) {
      sends.routed(tx, message.getAddress());
    }
    Guard checking = guard;
    if (checking != null) {
      orRollBack(tx, () -> checking.checkRouted(message, tx, result));
    }
  }

  @Override
  public void onSendException(
      ServerSession session,
      @Nullable Transaction tx,
      Message message,
      boolean direct,
      boolean noAutoCreateQueue,
      Exception why) {
    if (sends != null) {
      sends.failed(message.getAddress());
    }
  }

  @Override
  public void beforeDestroyQueue(
      Queue queue,
      @Nullable SecurityAuth session,
      boolean checkConsumerCount,
      boolean removeConsumers,
      boolean autoDeleteAddress)
      throws ActiveMQException {
    if (sends != null) {
      sends.checkRemoval(queue);
    }
  }

  /** What may refuse a message. */
  private interface Check {
    void run() throws ActiveMQException;
  }

  /**
   * Clients of the core protocol do not wait for the sends of a transaction, and the broker drops
   * what is refused: the commit is what tells them.
   */
  private static void orRollBack(@Nullable Transaction tx, Check check) throws ActiveMQException {
    try {
      check.run();
    } catch (ActiveMQException e) {
      if (tx != null) {
        tx.markAsRollbackOnly(e);
      }
      throw e;
    }
  }

  @Override
  public void beforeCloseConsumer(ServerConsumer consumer, boolean failed) {
    if (steward != null && consumer.getQueueName().equals(UNITS)) {
      steward.unitsConsumerCloses(consumer);
    }
  }

  /**
   * @param consumer null when nobody has received it
   */
  @Override
  public void messageAcknowledged(
      @Nullable Transaction tx,
      MessageReference message,
      AckReason reason,
      @Nullable ServerConsumer consumer) {
    if (steward != null && consumer != null && consumer.getQueueName().equals(UNITS)) {
      steward.unitGivenBack(tx, message);
    }
  }

  @Override
  public void afterCloseConsumer(ServerConsumer consumer, boolean failed) {
    String queue = String.valueOf(consumer.getQueueName());
    if (steward != null && Addresses.isClaim(queue)) {
      steward.agentLeft(queue, failed);
    }
  }

  @Override
  public void beforeAddAddress(AddressInfo address, boolean reload) throws ActiveMQException {
    if (guard != null && !reload) {
      guard.check(address.getName(), address.getRoutingTypes());
    }
  }

  @Override
  public void beforeUpdateAddress(SimpleString address, EnumSet<RoutingType> kinds)
      throws ActiveMQException {
    if (guard != null) {
      guard.check(address, kinds);
    }
  }

  @Override
  public void beforeCreateQueue(QueueConfiguration queue) throws ActiveMQException {
    if (guard != null) {
      guard.check(queue);
    }
  }

  @Override
  public void afterCreateQueue(Queue queue) {
    if (steward != null) {
      steward.laneOpened(queue.getName().toString());
    }
  }

  @Override
  public void afterDestroyQueue(
      Queue queue,
      SimpleString address,
      @Nullable SecurityAuth session,
      boolean checkConsumerCount,
      boolean removeConsumers,
      boolean autoDeleteAddress) {
    if (guard != null) {
      guard.forget(queue.getName().toString());
    }
    if (sends != null) {
      sends.removed(queue.getName()); // Behind the line above: it has to be made again.
    }
    if (steward != null) {
      steward.laneClosed(queue.getName().toString());
    }
  }
}
