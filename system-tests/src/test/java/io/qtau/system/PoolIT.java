package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.qtau.broker.OwnerCredential;
import io.qtau.client.QTau;
import io.qtau.client.Session;
import io.qtau.client.TaskHandle;
import io.qtau.messaging.BrokerUrl;
import io.qtau.protocol.LeaveRules;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.Pool;
import io.qtau.protocol.Priority;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.TaskStatus;
import io.qtau.protocol.WhenItEnds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks for one pilot alone, before it is there, while it is, and when it has ended. */
class PoolIT {
  private static final int MANY = 2000;

  @TempDir Path home;
  private PilotSite site;

  @BeforeEach
  void start() throws Exception {
    site = new PilotSite(home);
  }

  @AfterEach
  void stop() throws Exception {
    site.close();
  }

  private static String errorType(TaskHandle handle) throws Exception {
    TaskResult result = PilotSite.result(handle);
    return result.status() == TaskStatus.SUCCESS
        ? "none"
        : Objects.requireNonNull(result.error()).type();
  }

  private TaskDescription.Builder runsTheFirstTime(String id) {
    return site.program(id, "[ $QTAU_ATTEMPT = 1 ] && exec sleep 300; true");
  }

  @Test
  void theyWaitForTheirPilotAndFailWhenItEnds() throws Exception {
    Pool own = new Pool("own");
    try (Session session = site.client().newSession("s")) {
      TaskHandle early = session.submit(TaskDescription.exec("true").id("early").pool(own).build());
      site.agents().start("other.0", 1, null, LeaveRules.NONE);
      site.awaitState("other.0", "READY");
      site.awaitExplained("s/early", "for pilot own alone, which is not there yet", "other pool");

      site.agents().start("own.0", 1, null, LeaveRules.NONE);
      assertThat(PilotSite.told(early)).isEqualTo("SUCCESS own 1 0");
      TaskHandle runs = session.submit(runsTheFirstTime("runs").pool(own).build());
      site.awaitStarted("runs 1");
      TaskHandle waits = session.submit(site.program("waits", "true").pool(own).build());

      site.agents().process("own.0").destroy();
      site.agents().awaitLeft("own.0");

      assertThat(errorType(runs)).isEqualTo("PilotEnded");
      assertThat(errorType(waits)).isEqualTo("PilotEnded");
      TaskHandle late = session.submit(site.program("late", "true").pool(own).build());
      assertThat(errorType(late)).isEqualTo("PilotEnded");
      assertThat(site.started()).containsExactly("runs 1");

      site.agents().start("own.0", 1, null, LeaveRules.NONE);
      site.awaitState("own.0", "READY");
      TaskHandle again = session.submit(site.program("again", "true").pool(own).build());
      assertThat(PilotSite.told(again)).isEqualTo("SUCCESS own 1 0");
    }
  }

  @Test
  void whatIsLeftGoesToAllWhenThePilotWasToldSo() throws Exception {
    Pool own = new Pool("own");
    site.agents().start("own.0", 1, null, new LeaveRules(WhenItEnds.TO_SHARED, null, null));
    try (Session session = site.client().newSession("s")) {
      TaskHandle runs = session.submit(runsTheFirstTime("runs").pool(own).build());
      site.awaitStarted("runs 1");
      TaskHandle high =
          session.submit(site.program("high", "true").pool(own).priority(Priority.HIGH).build());

      site.client().pilots().stop(new PilotName("own"));
      site.agents().awaitLeft("own.0");
      site.agents().start("other.0", 1, null, LeaveRules.NONE);

      assertThat(PilotSite.told(runs)).isEqualTo("SUCCESS other 2 0");
      assertThat(PilotSite.told(high)).isEqualTo("SUCCESS other 1 0");
      TaskHandle late = session.submit(site.program("late", "true").pool(own).build());
      assertThat(PilotSite.told(late)).isEqualTo("SUCCESS other 1 0");
    }
  }

  @Test
  void aPilotWhoseAgentWasKilledEndsWhenACommandLearnsOfIt() throws Exception {
    Commands qtau = site.qtau();
    qtau.localPilot("killed", 1);
    qtau.localPilot("lives", 1);
    try (Session session = site.client().newSession("s")) {
      TaskHandle runs = session.submit(runsTheFirstTime("runs").pool(new Pool("killed")).build());
      site.awaitStarted("runs 1");
      TaskHandle waits =
          session.submit(site.program("waits", "true").pool(new Pool("killed")).build());
      JsonNode agent = qtau.ok("pilot", "show", "killed", "--json").json().get("agents").get(0);
      Commands.kill(agent.get("pid").asLong());

      assertThat(qtau.ok("pilot", "list").out()).contains("FAILED").contains("READY");
      assertThat(errorType(waits)).isEqualTo("PilotEnded");
      assertThat(errorType(runs)).isEqualTo("PilotEnded");

      qtau.localPilot("killed", 1);
      assertThat(qtau.ok("pilot", "list").out()).doesNotContain("FAILED");
      TaskHandle again =
          session.submit(site.program("again", "true").pool(new Pool("killed")).build());
      assertThat(PilotSite.told(again)).isEqualTo("SUCCESS killed 1 0");
    }
    assertThat(site.started()).containsExactly("runs 1", "again 1");
  }

  @Test
  void aBrokerThatIsKilledInTheMiddleLosesAndDoublesNothing(@TempDir Path other) throws Exception {
    PilotName pilot = new PilotName("gone");
    try (Commands qtau = new Commands(other)) {
      JsonNode broker = qtau.ok("broker", "start", "--json").json();
      BrokerUrl url = BrokerUrl.parse(broker.get("url").asText());
      try (QTau client = QTau.connect(url, OwnerCredential.obtain(other));
          Session session = client.newSession("s")) {
        session.submit(tasksFor(pilot).iterator(), accepted -> {});
        client.pilots().ended(pilot);
        Commands.kill(broker.get("pid").asLong());
        JsonNode again = qtau.ok("broker", "start", "--json").json();
        assertThat(again.get("url")).isEqualTo(broker.get("url"));
      }
      try (Queues queues = new Queues(url, other)) {
        List<TaskResult> results = queues.results("s", MANY);
        assertThat(results).extracting(TaskResult::id).doesNotHaveDuplicates();
        assertThat(results)
            .allSatisfy(
                result ->
                    assertThat(Objects.requireNonNull(result.error()).type())
                        .isEqualTo("PilotEnded"));
        queues.awaitEmpty("s");
        assertThat(queues.depth("qtau.task.gone.c1")).isZero();
      }
    }
  }

  private static List<TaskDescription> tasksFor(PilotName pilot) {
    List<TaskDescription> tasks = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      tasks.add(TaskDescription.exec("true").id("t" + i).pool(Pool.of(pilot)).build());
    }
    return tasks;
  }
}
