package io.qtau.launcher;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract of launchers, behind a real SSH server. */
class SshContractIT extends LauncherContract {
  private FarHome far;

  @BeforeEach
  void open() throws Exception {
    far = new FarHome(dir.resolve("far"), Map.of());
  }

  @AfterEach
  void close() throws Exception {
    releaseAll(); // Before the server is gone.
    far.close();
  }

  @Override
  PilotLauncher launcher(Path pilots) {
    return new SshLauncher(pilots, far.config(), far.nothingToStage(), Duration.ofSeconds(1));
  }

  @Override
  ResourceUrl resource() {
    return ResourceUrl.parse("ssh://login");
  }

  @Override
  int nodes() {
    return 3;
  }

  @Override
  String oddName() {
    return "a %j b'$(touch x)\"ü\\\nz";
  }

  @Override
  Path site(Allocation allocation) throws Exception {
    return Path.of(SshPilot.read(allocation.directory()).orElseThrow().agents().get(0).site());
  }
}
