package io.qtau.broker;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Map;

/**
 * Where a broker listens when that is not plain loopback: with TLS, always.
 *
 * @param host a name or an address, {@code 0.0.0.0} for all; without brackets
 * @param server its key and certificate, PEM
 * @param authority the certificate that clients check it against, PEM
 */
public record Listening(String host, Path server, Path authority) {

  /** Makes what is missing of the certificates of a home, and renews what is old. */
  static Listening prepare(TlsFiles files, String host, Clock clock)
      throws IOException, GeneralSecurityException {
    try (FileChannel file = FileChannel.open(files.lock(), CREATE, WRITE);
        FileLock held = file.lock()) {
      new ServerCertificate(files, host, clock).renew();
    }
    return new Listening(host, files.server(), files.authority());
  }

  /** What clients call it. */
  String name() {
    String name = ServerCertificate.isWildcard(host) ? ServerCertificate.machine() : host;
    return name.contains(":") ? "[" + name + "]" : name;
  }

  /** What broker.xml reads. */
  Map<String, String> properties() {
    return Map.of(
        "qtau.host",
        host.contains(":") ? "[" + host + "]" : host,
        "qtau.tls",
        "true",
        "qtau.tls.server",
        // A part of a URL there.
        server.toUri().getRawPath().replace("&", "%26").replace(";", "%3B").replace("+", "%2B"));
  }
}
