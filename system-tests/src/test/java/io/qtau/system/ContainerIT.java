package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.broker.OwnerCredential;
import io.qtau.client.QTau;
import io.qtau.client.Session;
import io.qtau.client.TaskHandle;
import io.qtau.protocol.Payload;
import io.qtau.protocol.TaskDescription;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a container can be made to suffer: a stand-still, a cut, little memory. */
@Tag("long")
@Tag("container")
class ContainerIT {
  /** Longer than anybody waits for a sign of life. */
  private static final int LONG_SECONDS = 15;

  private static final int LONG_BYTES = 90_000;

  @TempDir Path home;

  @Test
  void pausedWhileTasksRunEachHasOneResult() throws Exception {
    try (ContainerBroker broker = ContainerBroker.install(home);
        QueuedTasks tasks = new QueuedTasks(broker.url(), home)) {
      tasks.startPilot();
      tasks.awaitResults(300);
      broker.pause();
      TimeUnit.SECONDS.sleep(LONG_SECONDS);
      broker.goOn();
      tasks.assertOneResultEach();
    }
  }

  @Test
  void cutFromTheNetworkWhileTasksRunEachHasOneResult() throws Exception {
    try (ContainerBroker broker = ContainerBroker.install(home);
        QueuedTasks tasks = new QueuedTasks(broker.url(), home)) {
      tasks.startPilot();
      tasks.awaitResults(300);
      broker.cut();
      TimeUnit.SECONDS.sleep(LONG_SECONDS);
      broker.mend();
      tasks.assertOneResultEach();
    }
  }

  @Test
  void tasksOfMoreBytesThanItHasMemoryAreKeptAndRun() throws Exception {
    int count = (int) (ContainerBroker.HEAP_BYTES / LONG_BYTES) + 1000;
    TaskDescription task =
        TaskDescription.of(new Payload.Noop()).tags(Map.of("long", "x".repeat(LONG_BYTES))).build();
    try (ContainerBroker broker = ContainerBroker.install(home);
        Commands qtau = new Commands(home, broker.url());
        QTau client = QTau.connect(broker.url(), OwnerCredential.obtain(home));
        Session session = client.newSession()) {
      List<TaskHandle> handles = session.submitAll(Collections.nCopies(count, task));
      broker.restart();
      qtau.ok("pilot", "start", "--resource", "local://", "--cores-per-node", "2", "--wait");
      for (TaskHandle handle : handles) {
        assertThat(handle.get(120, TimeUnit.SECONDS).succeeded()).isTrue();
      }
      assertThat(broker.ranOutOfMemory()).isFalse();
    }
  }
}
