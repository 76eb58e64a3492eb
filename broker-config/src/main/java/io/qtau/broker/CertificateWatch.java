package io.qtau.broker;

import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Renews the certificate of a broker that runs for long. */
final class CertificateWatch {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);

  private final TlsFiles files;
  private final Listening listening;
  private final EmbeddedBroker broker;

  private CertificateWatch(TlsFiles files, Listening listening, EmbeddedBroker broker) {
    this.files = files;
    this.listening = listening;
    this.broker = broker;
  }

  /** Looks once a day from now on. */
  static void start(TlsFiles files, Listening listening, EmbeddedBroker broker) {
    broker.daily(new CertificateWatch(files, listening, broker)::look);
  }

  private void look() {
    try {
      Listening.prepare(files, listening.host(), Clock.systemUTC());
      broker.showNewCertificate();
    } catch (Exception e) {
      LOG.warn("the broker's certificate could not be renewed; tomorrow it is tried again", e);
    }
  }
}
