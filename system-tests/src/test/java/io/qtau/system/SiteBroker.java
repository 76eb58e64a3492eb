package io.qtau.system;

import io.qtau.messaging.BrokerUrl;
import java.nio.file.Path;

/**
 * The broker of a site. The same tests run with each kind; the system property {@code
 * qtau.test.broker} says which.
 */
interface SiteBroker extends AutoCloseable {
  /** Starts one of the kind that is wanted; its owner's credential lies in the home. */
  static SiteBroker start(Path home) throws Exception {
    String kind = System.getProperty("qtau.test.broker", "embedded");
    return switch (kind) {
      case "embedded" -> new InProcessBroker(home);
      case "stock" -> StockBroker.install(home);
      case "container" -> ContainerBroker.install(home);
      default -> throw new IllegalArgumentException("qtau.test.broker=" + kind);
    };
  }

  BrokerUrl url();

  /** Where it keeps what it has accepted. */
  Path data();

  /** Ends it as roughly as this kind can be ended, and starts it again. */
  void restart() throws Exception;

  @Override
  void close() throws Exception;
}
