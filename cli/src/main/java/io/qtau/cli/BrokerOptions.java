package io.qtau.cli;

import io.qtau.broker.BrokerDaemon;
import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.Credential;
import io.qtau.messaging.TlsTrouble;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which broker a command talks to, and as whom: by option, by variable, or the daemon's own. */
final class BrokerOptions {
  @Option(
      names = "--broker",
      paramLabel = "URL",
      description =
          "The broker, tcp://host:port or tls://host:port (default: QTAU_BROKER, else the local daemon).")
  private @Nullable String broker;

  @Option(
      names = "--credential",
      paramLabel = "FILE",
      description =
          "A file of mode 0600 with user:password (default: QTAU_CREDENTIAL, else the owner's).")
  private @Nullable Path credential;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "The certificate that a tls:// broker is checked against (default: QTAU_CA, else"
              + " ca.pem in QTAU_HOME).")
  private @Nullable Path ca;

  /** Where to connect, and as whom. */
  record Target(BrokerUrl url, Credential credential, Path credentialFile) {}

  /** Whether somebody has named a broker. */
  boolean isNamed(Console console) {
    return named(console) != null;
  }

  private @Nullable String named(Console console) {
    return broker != null ? broker : variable(console, "QTAU_BROKER");
  }

  private static @Nullable String variable(Console console, String name) {
    String value = console.environment().get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /**
   * @throws CommandFailed when no broker runs or there is no readable credential
   */
  Target target(Console console) {
    BrokerUrl url = url(console);
    String missing = TlsTrouble.missing(url).orElse(null);
    if (missing != null) {
      throw new CommandFailed(ExitCode.UNAVAILABLE, "the broker at " + url + ": " + missing);
    }
    Path file = credentialFile(console);
    try {
      return new Target(url, Credential.read(file), file);
    } catch (IOException e) {
      throw new CommandFailed(ExitCode.UNAVAILABLE, Words.of(e), e);
    }
  }

  private BrokerUrl url(Console console) {
    String named = named(console);
    if (named != null) {
      try {
        return BrokerUrl.parse(named).trusting(caFile(console));
      } catch (IllegalArgumentException e) {
        throw new CommandFailed(ExitCode.BAD_INPUT, Words.of(e), e);
      }
    }
    BrokerUrl running = running(console);
    if (running == null) {
      throw new CommandFailed(
          ExitCode.UNAVAILABLE,
          "no broker is running in "
              + console.home().path()
              + "; '"
              + console.command()
              + " broker start' starts one, --broker names another");
    }
    return ca == null ? running : running.trusting(ca);
  }

  private Path caFile(Console console) {
    String variable = variable(console, "QTAU_CA");
    if (ca != null) {
      return ca;
    }
    return variable != null ? Path.of(variable) : console.home().ca();
  }

  private static @Nullable BrokerUrl running(Console console) {
    try {
      return new BrokerDaemon(console.home().path()).status().url();
    } catch (IOException e) {
      throw new CommandFailed(ExitCode.UNAVAILABLE, Words.of(e), e);
    }
  }

  private Path credentialFile(Console console) {
    return credential != null ? credential.toAbsolutePath() : ownCredentialFile(console);
  }

  private static Path ownCredentialFile(Console console) {
    String variable = variable(console, "QTAU_CREDENTIAL");
    return variable != null ? Path.of(variable).toAbsolutePath() : console.home().credential();
  }
}
