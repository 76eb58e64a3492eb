package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.client.Session;
import io.qtau.client.TaskHandle;
import io.qtau.protocol.LeaveRules;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.TaskDescription;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pilots leave when they are told to, also those that were away, and those without work. */
class DrainIT {
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

  @Test
  void aDrainedPilotEndsWhatItRunsAndLeavesTheRest() throws Exception {
    Path go = home.resolve("go");
    Commands qtau = site.qtau();
    qtau.ok("pilot", "start", "--resource", "local://", "--name", "p", "--cores-per-node", "1");
    try (Session session = site.client().newSession("s")) {
      TaskHandle first =
          session.submit(
              site.program("first", "until [ -e " + go + " ]; do sleep 0.1; done").build());
      site.awaitStarted("first 1");
      TaskHandle second = session.submit(site.program("second", "true").build());

      assertThat(qtau.run("pilot", "drain", "nobody").code()).isEqualTo(4);
      assertThat(qtau.ok("pilot", "drain", "p", "--json").json().get("state").asText())
          .isEqualTo("DRAINING");
      site.awaitState("p.0", "DRAINING");
      assertThat(qtau.ok("explain", "s/second").out()).contains("draining");
      Files.createFile(go);
      assertThat(qtau.ok("pilot", "drain", "p", "--wait", "--json").json().get("state").asText())
          .isEqualTo("DONE");
      Awaitility.await("its process has ended")
          .untilAsserted(() -> assertThat(qtau.ok("pilot", "list").out()).isEmpty());
      site.agents().start("next.0", 1, null, LeaveRules.NONE);

      assertThat(PilotSite.told(first)).isEqualTo("SUCCESS p 1 0");
      assertThat(PilotSite.told(second)).isEqualTo("SUCCESS next 1 0");
    }
  }

  /** It has saved what it had, and is not done. */
  @Test
  void aProgramThatLeavesInGoodOrderWithItsPilotRunsAgainElsewhere() throws Exception {
    Path saved = home.resolve("saved");
    Commands qtau = site.qtau();
    qtau.localPilot("p", 1);
    try (Session session = site.client().newSession("s")) {
      TaskHandle task =
          session.submit(
              site.program(
                      "saves",
                      "[ -e %1$s ] && exit; trap 'touch %1$s; exit 0' TERM; sleep 300 & wait"
                          .formatted(saved))
                  .build());
      site.awaitStarted("saves 1");
      qtau.ok("pilot", "stop", "p");
      assertThat(saved).exists();
      site.agents().start("next.0", 1, null, LeaveRules.NONE);
      assertThat(PilotSite.told(task)).isEqualTo("SUCCESS next 2 0");
    }
  }

  @Test
  void anIdlePilotLeavesAndOneThatWasAwayDrainsWhenItIsBack() throws Exception {
    site.agents().start("idle.0", 1, null, new LeaveRules(null, 2.0, null));
    site.agents().start("away.0", 1, null, LeaveRules.NONE);
    site.awaitState("away.0", "READY");
    try (Session session = site.client().newSession("s")) {
      TaskHandle task = session.submit(TaskDescription.exec("true").build());
      assertThat(PilotSite.result(task).succeeded()).isTrue();
    }
    Signal.STOP.to(site.agents().process("away.0"));
    try {
      Awaitility.await("it is away")
          .atMost(60, TimeUnit.SECONDS)
          .until(() -> site.agent("away.0").isEmpty());
      site.client().pilots().drain(new PilotName("away"));
      site.agents().awaitLeft("idle.0");
    } finally {
      Signal.CONT.to(site.agents().process("away.0"));
    }
    site.agents().awaitLeft("away.0");
    assertThat(site.agents().output("away.0")).contains("leaves: its pilot drains");
    assertThat(site.agents().output("idle.0")).contains("leaves: it had no task for 2 s");
  }

  /** What a process can be told by {@code kill}. */
  private enum Signal {
    STOP,
    CONT;

    void to(Process process) throws Exception {
      Process kill = new ProcessBuilder("kill", "-" + this, Long.toString(process.pid())).start();
      assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(kill.exitValue()).isZero();
    }
  }
}
