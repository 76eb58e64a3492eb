package io.qtau.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a process that is not this JVM's child, as an agent never is its command's. */
class AgentProcessTest {
  private Process parent;
  private long child;

  /** The parent becomes a program that waits for nobody. */
  @BeforeEach
  void begin() throws IOException {
    parent = new ProcessBuilder("sh", "-c", "sleep 600 & echo $!; exec sleep 600").start();
    var lines =
        new BufferedReader(
            new InputStreamReader(parent.getInputStream(), StandardCharsets.US_ASCII));
    child = Long.parseLong(lines.readLine());
  }

  @AfterEach
  void end() {
    ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
    parent.destroyForcibly();
  }

  @Test
  void oneThatIsDeadHasEndedThoughNobodyHasWaitedForIt() {
    AgentProcess agent = new AgentProcess(child);
    agent.terminate();

    assertThat(agent.end(Duration.ofSeconds(20))).isTrue();
    assertThat(ProcessHandle.of(child)).as("a zombie").isPresent();
  }

  @Test
  void oneThatDoesNotLeaveIsKilled() {
    assertThat(new AgentProcess(child).end(Duration.ofMillis(100))).isTrue();
  }
}
