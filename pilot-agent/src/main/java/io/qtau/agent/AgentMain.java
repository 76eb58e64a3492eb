package io.qtau.agent;

import io.qtau.messaging.Credential;
import io.qtau.messaging.EventLoops;
import io.qtau.protocol.AgentSettings;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.WireFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;

/**
 * The agent's process. Its arguments are a settings file, see {@link AgentSettings}, and its number
 * in its pilot, where several agents share the file. It ends with 0 when it has left (by order, by
 * its rules, after TERM), with 2 when the settings cannot be read, and with 3 when the broker
 * refuses it.
 */
public final class AgentMain {
  /** Schedulers send KILL 30 s after TERM. */
  private static final long TO_LEAVE_MILLIS = 28_000;

  /** Artemis' client logs each failed attempt, ten a second; the agent says it once. */
  private static final String CLIENT_LOG =
      "org.slf4j.simpleLogger.log.org.apache.activemq.artemis.core.client";

  private AgentMain() {}

  /** Runs an agent until the process is told to end. */
  public static void main(String[] args) throws Exception {
    System.setProperty(CLIENT_LOG, System.getProperty(CLIENT_LOG, "off"));
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
                  agent.terminate();
                  try {
                    main.join(TO_LEAVE_MILLIS);
                    if (agent.hasLeft()) {
                      Runtime.getRuntime().halt(0); // Else TERM would be told as 143.
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "leave"));
    try {
      agent.run();
      EventLoops.end();
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
