package io.qtau.messaging;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a broker listens, and how it is known to be the right one.
 *
 * @param tls whether it is {@code tls://}
 * @param host a name or an address
 * @param port 1 to 65535
 * @param ca the certificate of the authority that its own must come from, PEM; null for {@code
 *     tcp://}, and until {@link #trusting} says
 */
public record BrokerUrl(boolean tls, String host, int port, @Nullable Path ca) {

  /** A broker without TLS. */
  public BrokerUrl(String host, int port) {
    this(false, host, port, null);
  }

  /**
   * Reads {@code tcp://host:port} or {@code tls://host:port}.
   *
   * @throws IllegalArgumentException when it is anything else; parameters are not taken from users
   */
  public static BrokerUrl parse(String text) {
    try {
      URI uri = new URI(text);
      boolean tls = "tls".equals(uri.getScheme());
      boolean plain =
          (tls || "tcp".equals(uri.getScheme()))
              && uri.getHost() != null
              && uri.getPort() > 0
              && uri.getPort() < 65536
              && uri.getUserInfo() == null
              && uri.getQuery() == null
              && uri.getFragment() == null
              && (uri.getPath() == null || uri.getPath().isEmpty());
      if (plain) {
        return new BrokerUrl(tls, uri.getHost(), uri.getPort(), null);
      }
    } catch (URISyntaxException notAUrl) {
      // Told below, in the same words.
    }
    throw new IllegalArgumentException(
        "'" + text + "' is not a broker's URL: tcp://host:port or tls://host:port");
  }

  /** The same broker, checked against this certificate; without TLS there is nothing to check. */
  public BrokerUrl trusting(@Nullable Path certificate) {
    return tls && certificate != null
        ? new BrokerUrl(true, host, port, certificate.toAbsolutePath())
        : this;
  }

  @Override
  public String toString() {
    return (tls ? "tls://" : "tcp://") + host + ":" + port;
  }
}
