package io.qtau.messaging;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where a broker listens.
 *
 * @param host a name or an address
 * @param port 1 to 65535
 */
public record BrokerUrl(String host, int port) {
  /**
   * Reads {@code tcp://host:port}.
   *
   * @throws IllegalArgumentException when it is anything else; parameters are not taken from users
   */
  public static BrokerUrl parse(String text) {
    try {
      URI uri = new URI(text);
      boolean plain =
          "tcp".equals(uri.getScheme())
              && uri.getHost() != null
              && uri.getPort() > 0
              && uri.getPort() < 65536
              && uri.getUserInfo() == null
              && uri.getQuery() == null
              && uri.getFragment() == null
              && (uri.getPath() == null || uri.getPath().isEmpty());
      if (plain) {
        return new BrokerUrl(uri.getHost(), uri.getPort());
      }
    } catch (URISyntaxException notAUrl) {
      // Told below, in the same words.
    }
    throw new IllegalArgumentException("'" + text + "' is not a broker's URL: tcp://host:port");
  }

  @Override
  public String toString() {
    return "tcp://" + host + ":" + port;
  }
}
