package io.qtau.agent;

import io.qtau.protocol.AgentSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The empty file {@code agents/<n>/hello} in the pilot's directory: this agent has reached the
 * broker. A pilot that ends and has none has failed, whatever its exit status says.
 */
final class Hello {
  private static final Logger LOG = LoggerFactory.getLogger(Hello.class);

  private Hello() {}

  static void leave(AgentSettings settings) {
    Path own = Path.of(settings.directory(), "agents", Integer.toString(settings.agent().number()));
    try {
      Files.createDirectories(own);
      Files.write(own.resolve("hello"), new byte[0]);
    } catch (IOException e) {
      LOG.warn("cannot leave a hello in {}: {}", own, e.toString());
    }
  }
}
