package io.qtau.client;

import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.Credential;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.WireFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a client finds its broker by itself: {@code QTAU_BROKER}, {@code QTAU_CREDENTIAL} and
 * {@code QTAU_CA} (two files), or, for what is not set, {@code broker.json} ({@code
 * {"url":"tcp://host:port"}}), {@code credential} and {@code ca.pem} in {@code $QTAU_HOME} or
 * {@code ~/.qtau}.
 */
record Home(Path directory, Map<String, String> environment) {
  record BrokerFile(@Nullable String url) {}

  static Home of(Map<String, String> environment, Path userHome) {
    String home = environment.get("QTAU_HOME");
    return new Home(home == null ? userHome.resolve(".qtau") : Path.of(home), environment);
  }

  BrokerUrl broker() throws BrokerUnavailable {
    String url = environment.get("QTAU_BROKER");
    String ca = environment.get("QTAU_CA");
    return BrokerUrl.parse(url == null ? running(directory.resolve("broker.json")) : url)
        .trusting(ca == null ? directory.resolve("ca.pem") : Path.of(ca));
  }

  Credential credential() throws CredentialRefused {
    String file = environment.get("QTAU_CREDENTIAL");
    try {
      return Credential.read(file == null ? directory.resolve("credential") : Path.of(file));
    } catch (IOException e) {
      throw new CredentialRefused(String.valueOf(e.getMessage()), e);
    }
  }

  private static String running(Path file) throws BrokerUnavailable {
    try {
      String url = WireFormat.decode(Files.readAllBytes(file), BrokerFile.class).url();
      if (url != null) {
        return url;
      }
      throw new MalformedMessage("it has no 'url'");
    } catch (IOException | MalformedMessage e) {
      throw new BrokerUnavailable(
          "no broker is known: QTAU_BROKER is not set and " + file + " cannot be read", e);
    }
  }
}
