package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.broker.OwnerCredential;
import io.qtau.client.QTau;
import io.qtau.client.TaskHandle;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A broker, agents that are processes of their own, a client, and programs that note their starts.
 */
final class PilotSite implements AutoCloseable {
  private final SiteBroker broker;
  private final AgentProcesses agents;
  private final QTau client;
  private final Commands qtau;
  private final Path starts;

  PilotSite(Path home) throws Exception {
    broker = SiteBroker.start(home);
    agents = new AgentProcesses(home, broker.url());
    client = QTau.connect(broker.url(), OwnerCredential.obtain(home));
    qtau = new Commands(home, broker.url());
    starts = home.resolve("starts");
  }

  SiteBroker broker() {
    return broker;
  }

  AgentProcesses agents() {
    return agents;
  }

  QTau client() {
    return client;
  }

  Commands qtau() {
    return qtau;
  }

  /** A program that notes its start, then runs a shell text. */
  TaskDescription.Builder program(String id, String then) {
    return TaskDescription.exec(
            "sh", "-c", "echo $QTAU_TASK_ID $QTAU_ATTEMPT >> " + starts + "; " + then)
        .id(id);
  }

  List<String> started() throws IOException {
    return Files.exists(starts) ? Files.readAllLines(starts) : List.of();
  }

  void awaitStarted(String idAndAttempt) {
    Awaitility.await(idAndAttempt + " has started")
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> started().contains(idAndAttempt));
  }

  /** The last heartbeat of an agent that has not left. */
  Optional<AgentState> agent(String name) throws Exception {
    return client.survey().agents().stream()
        .filter(agent -> agent.agent().toString().equals(name) && !agent.state().equals("DONE"))
        .findFirst();
  }

  void awaitState(String agent, String state) {
    Awaitility.await(agent + " says " + state)
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> agent(agent).map(told -> told.state().equals(state)).orElse(false));
  }

  void awaitExplained(String task, String... texts) {
    Awaitility.await("what explain says of " + task)
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(qtau.ok("explain", task).out()).contains(texts));
  }

  static TaskResult result(TaskHandle handle) throws Exception {
    return handle.get(90, TimeUnit.SECONDS);
  }

  /** {@code SUCCESS p 2 0}: status, pilot, attempt, losses. */
  static String told(TaskHandle handle) throws Exception {
    TaskResult result = result(handle);
    return result.status() + " " + result.pilot() + " " + result.attempt() + " " + result.losses();
  }

  @Override
  public void close() throws Exception {
    agents.close();
    client.close();
    qtau.run("pilot", "stop", "--all");
    broker.close();
  }
}
