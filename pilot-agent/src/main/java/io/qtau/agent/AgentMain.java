package io.qtau.agent;

import io.qtau.messaging.Credential;
import io.qtau.protocol.AgentSettings;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.WireFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;

/**
 * The agent's process. Its arguments are a settings file, see {@link AgentSettings}, and its number
 * in its pilot, where several agents share the file. It ends with 2 when the settings cannot be
 * read, and with 3 when the broker refuses it.
 */
public final class AgentMain {
  private AgentMain() {}

  /** Runs an agent until the process is told to end. */
  public static void main(String[] args) throws Exception {
    Agent agent;
    try {
      agent = prepare(args);
    } catch (IOException | MalformedMessage | IllegalArgumentException e) {
      System.err.println("qtau-agent: " + e.getMessage());
      System.exit(2);
      return;
    }
    Thread main = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  agent.stop();
                  try {
                    main.join(8000);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "leave"));
    try {
      agent.run();
    } catch (ActiveMQSecurityException e) {
      System.err.println("qtau-agent: the broker refuses the credential: " + e.getMessage());
      // Not exit(): the hook waits for this thread.
      Runtime.getRuntime().halt(3);
    }
  }

  private static Agent prepare(String[] args) throws IOException, MalformedMessage {
    if (args.length < 1 || args.length > 2) {
      throw new IllegalArgumentException("needs its settings file, and may have its number");
    }
    AgentSettings written =
        WireFormat.decode(Files.readAllBytes(Path.of(args[0])), AgentSettings.class);
    AgentSettings settings =
        OwnSettings.of(written, args.length == 2 ? args[1] : null, System.getenv());
    return new Agent(settings, Credential.read(Path.of(settings.credentialFile())));
  }
}
