package io.qtau.launcher;

import io.qtau.system.SlurmLab;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;

/** The contract of launchers, over the commands of the tests' own Slurm. */
abstract class BatchContract extends LauncherContract {
  SlurmLab slurm;

  @BeforeEach
  final void up() throws Exception {
    slurm = SlurmLab.get();
  }

  @Override
  final PilotLauncher launcher(Path pilots) {
    return new BatchLauncher(
        pilots,
        resource(),
        batchSite(pilots),
        host -> Launchers.scheduler(resource(), host),
        Duration.ZERO,
        Duration.ofSeconds(1),
        InstantSource.system());
  }

  /** The host with these commands. */
  BatchSite batchSite(Path pilots) {
    return new NearSite(new LocalHost(slurm.variables()), pilots);
  }
}
