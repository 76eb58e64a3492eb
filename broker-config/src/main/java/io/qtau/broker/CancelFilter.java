package io.qtau.broker;

import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.CancelOrder;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import io.qtau.protocol.TaskId;
import io.qtau.protocol.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.filter.Filter;
import org.apache.activemq.artemis.selector.filter.Filterable;
import org.jspecify.annotations.Nullable;

/** Whether an order to cancel means a task's message: one look at each, however many ids it has. */
final class CancelFilter implements Filter {
  private final String session;
  private final Set<String> ids;
  private final @Nullable String tag;
  private final @Nullable String value;

  CancelFilter(CancelOrder order) {
    session = order.session().value();
    ids = order.ids().stream().map(TaskId::value).collect(Collectors.toUnmodifiableSet());
    tag = order.tag();
    value = order.value();
  }

  @Override
  public boolean match(Message message) {
    if (!session.equals(text(message, Properties.SESSION))) {
      return false;
    }
    return tag == null
        ? ids.isEmpty() || ids.contains(text(message, Properties.ID))
        : hasTag(message, tag);
  }

  private static String text(Message message, String property) {
    return String.valueOf(message.getObjectProperty(property));
  }

  private boolean hasTag(Message message, String name) {
    try {
      byte[] body = CoreMessages.stored(message.toCore());
      return mayContain(body, name)
          && value != null
          && value.equals(WireFormat.decodeTask(body).tags().get(name));
    } catch (MalformedMessage e) {
      return false; // Whoever takes it rejects it.
    }
  }

  /**
   * A quick look, since a lane may have a million others: a name stands in JSON as it is, unless
   * something is escaped.
   */
  private static boolean mayContain(byte[] body, String name) {
    String text = new String(body, StandardCharsets.UTF_8);
    return text.indexOf('\\') >= 0 || text.contains(name);
  }

  @Override
  public boolean match(Map<String, String> properties) {
    throw new UnsupportedOperationException("only messages are asked for");
  }

  @Override
  public boolean match(Filterable filterable) {
    throw new UnsupportedOperationException("only messages are asked for");
  }

  @Override
  public SimpleString getFilterString() {
    return SimpleString.of("qtau cancel " + session);
  }
}
