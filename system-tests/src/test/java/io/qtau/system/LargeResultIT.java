package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.client.QTau;
import io.qtau.client.Session;
import io.qtau.client.TaskHandle;
import io.qtau.protocol.TaskDescription;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results over 100 KiB travel in pieces: each is whole, also when several come at once. */
class LargeResultIT {
  private static final int COUNT = 12;

  @Test
  void severalLargeResultsThatComeAtOnceAreReadWhole(@TempDir Path home) throws Exception {
    String text = "x".repeat(200_000);
    try (LocalSite site = new LocalSite(home, 2);
        QTau client = site.client();
        Session session = client.newSession()) {
      List<TaskDescription> tasks = new ArrayList<>();
      for (int i = 0; i < COUNT; i++) {
        tasks.add(TaskDescription.exec("true").tags(Map.of("large", i + text)).build());
      }
      List<TaskHandle> handles = session.submitAll(tasks);
      for (int i = 0; i < COUNT; i++) {
        assertThat(handles.get(i).get(20, TimeUnit.SECONDS).tags())
            .containsEntry("large", i + text);
      }
    }
  }
}
