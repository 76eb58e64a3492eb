package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.client.QTau;
import io.qtau.client.Session;
import io.qtau.client.TaskHandle;
import io.qtau.protocol.Payload;
import io.qtau.protocol.TaskDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker goes and comes back while tasks are running: agent and client go on by themselves. */
class BrokerRestartIT {
  @TempDir Path home;

  @Test
  void agentAndClientGoOnAfterRestarts() throws Exception {
    try (LocalSite site = new LocalSite(home, 4);
        QTau client = site.client();
        Session session = client.newSession()) {
      List<TaskHandle> handles =
          session.submitAll(
              IntStream.range(0, 3000)
                  .mapToObj(
                      i ->
                          TaskDescription.of(new Payload.Sleep(i % 100 == 99 ? 0.5 : 0.001))
                              .id("t" + i)
                              .build())
                  .toList());
      for (int round = 1; round <= 2; round++) {
        int done = round * 500;
        Awaitility.await("some results")
            .atMost(60, TimeUnit.SECONDS)
            .until(() -> handles.stream().filter(TaskHandle::isDone).count() > done);
        site.restartBroker();
      }
      for (TaskHandle handle : handles) {
        assertThat(handle.get(90, TimeUnit.SECONDS).succeeded()).isTrue();
      }
    }
  }
}
