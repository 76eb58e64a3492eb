package io.qtau.launcher;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract of launchers, with Slurm on a login host behind a real SSH server. */
class SlurmSshContractIT extends BatchContract {
  private FarHome far;

  @BeforeEach
  void open() throws Exception {
    far = new FarHome(dir.resolve("far"), slurm.variables());
  }

  @AfterEach
  void close() throws Exception {
    releaseAll(); // Before the server is gone.
    far.close();
  }

  @Override
  BatchSite batchSite(Path pilots) {
    return far.batchSite();
  }

  @Override
  ResourceUrl resource() {
    return ResourceUrl.parse("slurm+ssh://login");
  }

  @Override
  int nodes() {
    return 4;
  }

  @Override
  String oddName() {
    return "a %j b'$(touch x)\"ü\\\nz";
  }
}
