package io.qtau.launcher;

import io.qtau.system.SlurmLab;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;

/** The contract of launchers, over the commands of the tests' own Slurm. */
abstract class BatchContract extends LauncherContract {
  /** Whose commands they are. */
  enum Commands {
    SLURM("slurm", 4, "a %j b'$(touch x)\"ü\\\nz"),
    /**
     * Those that Slurm has of PBS: they make no PBS_NODEFILE, and hand the names of output files to
     * a shell, and to Slurm as patterns.
     */
    PBS("pbs", 1, "a b'$(touch x)\"ü\nz");

    private final String scheme;
    private final int nodes;
    private final String oddName;

    Commands(String scheme, int nodes, String oddName) {
      this.scheme = scheme;
      this.nodes = nodes;
      this.oddName = oddName;
    }
  }

  private final Commands commands;
  SlurmLab slurm;

  BatchContract(Commands commands) {
    this.commands = commands;
  }

  @BeforeEach
  final void up() throws Exception {
    slurm = SlurmLab.get();
  }

  @Override
  final PilotLauncher launcher(Path pilots) {
    return launcher(pilots, batchSite(pilots));
  }

  final PilotLauncher launcher(Path pilots, BatchSite site) {
    return new BatchLauncher(
        pilots,
        resource(),
        site,
        host -> Launchers.scheduler(resource(), host),
        Duration.ZERO,
        Duration.ofSeconds(1),
        InstantSource.system());
  }

  @Override
  final ResourceUrl resource() {
    return ResourceUrl.parse(commands.scheme + where());
  }

  @Override
  final int nodes() {
    return commands.nodes;
  }

  @Override
  final String oddName() {
    return commands.oddName;
  }

  /** What follows the scheme in the resource's URL. */
  String where() {
    return "://localhost";
  }

  /** The host with these commands. */
  BatchSite batchSite(Path pilots) {
    return new NearSite(new LocalHost(slurm.variables()), pilots);
  }
}
