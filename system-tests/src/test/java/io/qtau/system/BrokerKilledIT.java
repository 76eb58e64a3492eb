package io.qtau.system;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker in a process of its own is killed, and started again on what it left. */
@Tag("long")
class BrokerKilledIT {
  @TempDir Path home;

  @Test
  void withTasksQueuedItHasThemAll() throws Exception {
    try (SiteBroker broker = SiteBroker.start(home);
        QueuedTasks tasks = new QueuedTasks(broker.url(), home)) {
      broker.restart();
      tasks.startPilot();
      tasks.assertOneResultEach();
    }
  }

  @Test
  void twiceWhileTasksRunEachHasOneResult() throws Exception {
    try (SiteBroker broker = SiteBroker.start(home);
        QueuedTasks tasks = new QueuedTasks(broker.url(), home)) {
      tasks.startPilot();
      tasks.awaitResults(300);
      broker.restart();
      tasks.awaitResults(900);
      broker.restart();
      tasks.assertOneResultEach();
    }
  }
}
