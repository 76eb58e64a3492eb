package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.client.Session;
import io.qtau.client.TaskHandle;
import io.qtau.protocol.LeaveRules;
import io.qtau.protocol.Payload;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pilots come and go in every way while tasks flow: each task has one result, a success. */
class ComingAndGoingIT {
  private static final int SHORT = 3000;
  private static final int LONG = 12;

  @TempDir Path home;

  @Test
  void eachTaskHasOneResultWhateverPilotsDo() throws Exception {
    try (PilotSite site = new PilotSite(home);
        Session session = site.client().newSession("s")) {
      AgentProcesses agents = site.agents();
      agents.start("first.0", 3, null, LeaveRules.NONE);
      agents.start("walled.0", 3, Duration.ofSeconds(20), LeaveRules.NONE);
      List<TaskHandle> handles = session.submitAll(tasks(site));
      awaitDone(handles, SHORT / 10);

      agents.start("second.0", 3, null, LeaveRules.NONE);
      site.client().pilots().stop(new PilotName("first"));
      agents.awaitLeft("first.0");
      agents.start("third.0", 3, null, new LeaveRules(null, 20.0, null));
      awaitDone(handles, SHORT / 3);
      agents.process("second.0").destroy(); // As a scheduler does.
      agents.awaitLeft("second.0");
      agents.awaitLeft("walled.0");
      agents.start("fourth.0", 3, null, LeaveRules.NONE);
      site.client().pilots().drain(new PilotName("third"));
      agents.awaitLeft("third.0");

      Set<String> pilots = new HashSet<>();
      for (TaskHandle handle : handles) {
        TaskResult result = PilotSite.result(handle);
        assertThat(result.succeeded()).as(result.toString()).isTrue();
        assertThat(result.losses()).as(result.toString()).isZero();
        pilots.add(result.pilot());
      }
      assertThat(pilots).contains("first", "fourth").hasSizeGreaterThan(2);
      Awaitility.await("all results are taken, and no second one has come")
          .atMost(30, TimeUnit.SECONDS)
          .until(() -> session.state().taken() == handles.size());
      try (Queues queues = new Queues(site.broker().url(), home)) {
        queues.awaitEmpty("s");
      }
    }
  }

  private static List<TaskDescription> tasks(PilotSite site) {
    List<TaskDescription> tasks = new ArrayList<>();
    for (int i = 0; i < SHORT; i++) {
      if (i % (SHORT / LONG) == 0) {
        tasks.add(site.program("long" + i, "sleep 4").build());
      }
      tasks.add(TaskDescription.of(new Payload.Sleep(0.02)).id("short" + i).build());
    }
    return tasks;
  }

  private static void awaitDone(List<TaskHandle> handles, int count) {
    Awaitility.await(count + " results")
        .atMost(90, TimeUnit.SECONDS)
        .until(() -> handles.stream().filter(TaskHandle::isDone).count() >= count);
  }
}
