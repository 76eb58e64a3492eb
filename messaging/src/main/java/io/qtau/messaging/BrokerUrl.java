package io.qtau.messaging;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a broker listens, and how it is known to be the right one.
 *
 * @param tls whether it is {@code tls://}
 * @param host a name or an address
 * @param port 1 to 65535
 * @param as the name that its certificate must have, where it is reached by another one, as through
 *     a tunnel; null = the host
 * @param ca the certificate of the authority that its own must come from, PEM; null for {@code
 *     tcp://}, and until {@link #trusting} says
 */
public record BrokerUrl(
    boolean tls, String host, int port, @Nullable String as, @Nullable Path ca) {
  private static final Pattern AS = Pattern.compile("as=([A-Za-z0-9.-]+)");

  /** A broker without TLS. */
  public BrokerUrl(String host, int port) {
    this(false, host, port, null);
  }

  /** A broker that is reached by its name. */
  public BrokerUrl(boolean tls, String host, int port, @Nullable Path ca) {
    this(tls, host, port, null, ca);
  }

  /**
   * Reads {@code tcp://host:port}, {@code tls://host:port} or {@code tls://host:port?as=name}.
   *
   * @throws IllegalArgumentException when it is anything else; no other parameters are taken from
   *     users
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
              && (uri.getQuery() == null || (tls && AS.matcher(uri.getQuery()).matches()))
              && uri.getFragment() == null
              && (uri.getPath() == null || uri.getPath().isEmpty());
      if (plain) {
        return new BrokerUrl(tls, uri.getHost(), uri.getPort(), as(uri), null);
      }
    } catch (URISyntaxException notAUrl) {
      // Told below, in the same words.
    }
    throw new IllegalArgumentException(
        "'" + text + "' is not a broker's URL: tcp://host:port or tls://host:port");
  }

  private static @Nullable String as(URI uri) {
    return uri.getQuery() == null ? null : uri.getQuery().substring("as=".length());
  }

  /** The name or address that its certificate must have. */
  String certified() {
    return as == null ? host : as;
  }

  /** The same broker, checked against this certificate; without TLS there is nothing to check. */
  public BrokerUrl trusting(@Nullable Path certificate) {
    return tls && certificate != null
        ? new BrokerUrl(true, host, port, as, certificate.toAbsolutePath())
        : this;
  }

  @Override
  public String toString() {
    return (tls ? "tls://" : "tcp://") + host + ":" + port + (as == null ? "" : "?as=" + as);
  }
}
