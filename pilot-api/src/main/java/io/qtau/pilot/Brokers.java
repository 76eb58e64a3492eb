package io.qtau.pilot;

import io.qtau.client.BrokerUnavailable;
import io.qtau.client.CredentialRefused;
import io.qtau.client.QTau;
import io.qtau.client.QTauException;
import io.qtau.launcher.PilotDirectory;
import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.Credential;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The service's own broker, and those that pilots of its home were started with. Each is connected
 * to when it is first needed, as the same user.
 */
final class Brokers implements AutoCloseable {
  /** So long one call waits for a broker that has gone away. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Finds out where the own broker is. */
  interface Address {
    BrokerUrl get() throws BrokerUnavailable;
  }

  /** Finds out whom to log in as. */
  interface Login {
    Credential get() throws CredentialRefused;
  }

  private final Address address;
  private final Login login;
  private final Map<String, QTau> connected = new LinkedHashMap<>();
  private @Nullable BrokerUrl own;

  Brokers(Address address, Login login) {
    this.address = address;
    this.login = login;
  }

  /** Where the own one is. */
  BrokerUrl url() throws BrokerUnavailable {
    BrokerUrl known = own;
    if (known == null) {
      known = address.get();
      own = known;
    }
    return known;
  }

  Credential credential() throws CredentialRefused {
    return login.get();
  }

  /** The own one, with the patience of one call. */
  QTau own() throws QTauException {
    return at(url()).withPatience(PATIENCE);
  }

  /** Any one, which is waited for without end once it has answered. */
  QTau at(BrokerUrl url) throws QTauException {
    QTau known = connected.get(url.toString());
    if (known == null) {
      known = QTau.connect(url, credential());
      connected.put(url.toString(), known);
    }
    return known;
  }

  /** Where a pilot's broker is, as the pilot was told. */
  static BrokerUrl of(PilotDirectory pilot) throws IOException {
    var settings = pilot.settings();
    return BrokerUrl.parse(settings.broker())
        .trusting(settings.caFile() == null ? null : Path.of(settings.caFile()));
  }

  @Override
  public void close() {
    connected.values().forEach(QTau::close);
    connected.clear();
  }
}
