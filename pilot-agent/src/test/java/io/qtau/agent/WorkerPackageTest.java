package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerPackageTest {
  @Test
  void thePackageThatTravelsIsTheWholeWorker() throws Exception {
    Path root = Path.of("../python/src/qtau");
    try (var files = Files.walk(root.resolve("worker"))) {
      List<String> worker =
          files
              .map(file -> root.relativize(file).toString())
              .filter(name -> name.endsWith(".py"))
              .toList();
      assertThat(WorkerPackage.FILES).contains("__init__.py").containsAll(worker);
    }
    for (String name : WorkerPackage.FILES) {
      assertThat(WorkerPackage.class.getResource("python/qtau/" + name)).as(name).isNotNull();
    }
  }
}
