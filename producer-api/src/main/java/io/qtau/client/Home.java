package io.qtau.client;

import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.Credential;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.WireFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a client finds its broker by itself: {@code QTAU_BROKER}, {@code QTAU_CREDENTIAL} and
 * {@code QTAU_CA} (two files), or, for what is not set, {@code broker.json} ({@code
 * {"url":"tcp://host:port"}}), {@code credential} and {@code ca.pem} in {@code $QTAU_HOME} or
 * {@code ~/.qtau}. A variable that is empty is not set. Nothing is read before it is asked for.
 *
 * @param directory where brokers and pilots of this user keep their files
 * @param environment those of the variables that are set; others do not count
 */
public record Home(Path directory, Map<String, String> environment) {
  private static final Set<String> VARIABLES = Set.of("QTAU_BROKER", "QTAU_CREDENTIAL", "QTAU_CA");

  record BrokerFile(@Nullable String url) {}

  public Home {
    directory = directory.toAbsolutePath().normalize();
    environment = new HashMap<>(environment);
    environment.keySet().retainAll(VARIABLES);
    environment = Map.copyOf(environment);
  }

  /** One whose broker and credential are those of this directory. */
  public static Home in(Path directory) {
    return new Home(directory, Map.of());
  }

  /** That of this process. */
  public static Home ofProcess() {
    return of(System.getenv(), Path.of(System.getProperty("user.home", ".")));
  }

  static Home of(Map<String, String> environment, Path userHome) {
    String home = environment.getOrDefault("QTAU_HOME", "");
    return new Home(home.isEmpty() ? userHome.resolve(".qtau") : Path.of(home), environment);
  }

  private @Nullable String variable(String name) {
    String value = environment.getOrDefault(name, "");
    return value.isEmpty() ? null : value;
  }

  /**
   * Where the broker is, and for {@code tls://} which certificate it is checked against.
   *
   * @throws BrokerUnavailable when none is known
   * @throws IllegalArgumentException when what is named is not a broker's URL
   */
  public BrokerUrl broker() throws BrokerUnavailable {
    String url = variable("QTAU_BROKER");
    String ca = variable("QTAU_CA");
    return BrokerUrl.parse(url == null ? running(directory.resolve("broker.json")) : url)
        .trusting(ca == null ? directory.resolve("ca.pem") : Path.of(ca));
  }

  /**
   * Whom the client logs in as.
   *
   * @throws CredentialRefused when there is no credential, or its file cannot be used
   */
  public Credential credential() throws CredentialRefused {
    String file = variable("QTAU_CREDENTIAL");
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
