package io.qtau.launcher;

import java.nio.file.Path;
import java.time.Duration;

/** The contract of launchers, on this machine. */
class LocalContractIT extends LauncherContract {
  @Override
  PilotLauncher launcher(Path pilots) {
    return new LocalLauncher(pilots, Duration.ofSeconds(1));
  }

  @Override
  ResourceUrl resource() {
    return ResourceUrl.LOCAL;
  }

  @Override
  int nodes() {
    return 2;
  }

  @Override
  String oddName() {
    return "a %j b'$(touch x)\"ü\\\nz";
  }
}
