package io.qtau.broker;

import io.qtau.messaging.Credential;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a broker needs to start.
 *
 * @param data its directory; made when it is not there
 * @param port where it listens; 0 = the port kept with the data, at first a free one
 * @param owner who may log in
 * @param listening on which address, and as whom; null = on 127.0.0.1, without TLS
 * @param pilot a pilot that may log in from the beginning, until this broker ends; null = none
 */
public record BrokerSettings(
    Path data,
    int port,
    Credential owner,
    @Nullable Listening listening,
    @Nullable Credential pilot) {
  /** A broker on 127.0.0.1, without TLS. */
  public BrokerSettings(Path data, int port, Credential owner) {
    this(data, port, owner, null, null);
  }

  /** The same broker with a pilot that may log in from the beginning. */
  public BrokerSettings with(Credential itsPilot) {
    return new BrokerSettings(data, port, owner, listening, itsPilot);
  }

  public BrokerSettings {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
    }
  }
}
