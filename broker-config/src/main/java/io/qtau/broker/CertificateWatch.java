package io.qtau.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Renews the certificate of a broker that runs for long. */
final class CertificateWatch {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);

  private final TlsFiles files;
  private final Listening listening;
  private final EmbeddedBroker broker;
  private byte[] shown;

  private CertificateWatch(TlsFiles files, Listening listening, EmbeddedBroker broker)
      throws IOException {
    this.files = files;
    this.listening = listening;
    this.broker = broker;
    shown = Files.readAllBytes(files.server());
  }

  /** Looks once in each interval from now on; the broker shows what lies in its file now. */
  static void start(TlsFiles files, Listening listening, EmbeddedBroker broker, Duration interval)
      throws IOException {
    broker.every(interval, new CertificateWatch(files, listening, broker)::look);
  }

  private void look() {
    try {
      Listening.prepare(files, listening.host(), Clock.systemUTC());
      byte[] now = Files.readAllBytes(files.server());
      // To show it closes the port for a moment: not without need.
      if (!Arrays.equals(now, shown)) {
        broker.showNewCertificate();
        shown = now;
      }
    } catch (Exception e) {
      LOG.warn("the broker's certificate could not be renewed; it is tried again", e);
    }
  }
}
