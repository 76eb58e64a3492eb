package io.qtau.broker;

import io.qtau.messaging.Credential;
import java.nio.file.Path;

/**
 * What a broker needs to start.
 *
 * @param data its directory; made when it is not there
 * @param port where it listens on 127.0.0.1; 0 = the port kept with the data, at first a free one
 * @param owner who may log in
 */
public record BrokerSettings(Path data, int port, Credential owner) {
  public BrokerSettings {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
    }
  }
}
