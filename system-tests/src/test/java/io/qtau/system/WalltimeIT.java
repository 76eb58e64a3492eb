package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.qtau.client.Session;
import io.qtau.client.TaskHandle;
import io.qtau.protocol.LeaveRules;
import io.qtau.protocol.Payload;
import io.qtau.protocol.TaskDescription;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent knows when its allocation ends: it takes what fits, and gives back the rest. */
class WalltimeIT {
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

  private TaskDescription.Builder inFirst(String id, String then, String later) {
    return site.program(id, "[ $QTAU_ATTEMPT = 1 ] && " + then + "; " + later);
  }

  @Test
  void whatFitsRunsAndTheRestGoesToTheNextPilotAtNoCost() throws Exception {
    site.agents().start("short.0", 3, Duration.ofSeconds(20), LeaveRules.NONE);
    try (Session session = site.client().newSession("s")) {
      TaskHandle fits = session.submit(site.program("fits", "true").timeout(sec(3)).build());
      TaskHandle tooLong = session.submit(site.program("long", "true").timeout(sec(600)).build());
      TaskHandle unknown = session.submit(inFirst("unknown", "exec sleep 300", "true").build());
      TaskHandle python = session.submit(python("python"));
      site.awaitStarted("unknown 1");
      site.awaitStarted("python 1");
      site.awaitExplained("s/long", "short.0", "does not fit before the pilot's end");
      site.awaitState("short.0", "DRAINING");

      site.agents().awaitLeft("short.0");
      assertThat(processesOf(home.resolve("starts"))).isEmpty();
      assertThat(site.started()).doesNotContain("long 1");
      site.agents().start("next.0", 3, null, LeaveRules.NONE);

      assertThat(PilotSite.told(fits)).isEqualTo("SUCCESS short 1 0");
      assertThat(PilotSite.told(tooLong)).isEqualTo("SUCCESS next 1 0");
      assertThat(PilotSite.told(unknown)).isEqualTo("SUCCESS next 2 0");
      assertThat(PilotSite.told(python)).isEqualTo("SUCCESS next 2 0");
    }
  }

  /** A function that starts the same program as {@link #inFirst}. */
  private TaskDescription python(String id) {
    Payload.Exec program = (Payload.Exec) inFirst(id, "exec sleep 300", "true").build().payload();
    ArrayNode argv = JsonNodeFactory.instance.arrayNode();
    program.argv().forEach(argv::add);
    return TaskDescription.of(Payload.Python.call("subprocess:check_call", argv)).id(id).build();
  }

  private static List<String> processesOf(Path notes) {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(line -> line.contains(notes.toString()))
        .toList();
  }

  private static Duration sec(int seconds) {
    return Duration.ofSeconds(seconds);
  }
}
