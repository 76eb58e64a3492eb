package io.qtau.cli;

import io.qtau.protocol.SessionName;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where QTau keeps what outlives a command: {@code $QTAU_HOME}, else {@code ~/.qtau}.
 *
 * @param path absolute; need not exist
 */
record Home(Path path) {
  static Home of(Map<String, String> environment, Path userHome) {
    String chosen = environment.get("QTAU_HOME");
    boolean none = chosen == null || chosen.isEmpty();
    return new Home(
        (none ? userHome.resolve(".qtau") : Path.of(chosen)).toAbsolutePath().normalize());
  }

  Path pilots() {
    return path.resolve("pilots");
  }

  /** What a {@code run} keeps while it is not finished. */
  Path run(SessionName session) {
    return path.resolve("runs").resolve(session.value());
  }

  /** What brokers with TLS are checked against. */
  Path ca() {
    return path.resolve("ca.pem");
  }

  Path credential() {
    return path.resolve("credential");
  }
}
