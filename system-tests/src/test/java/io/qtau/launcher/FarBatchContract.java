package io.qtau.launcher;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The same with commands of a login host behind a real SSH server. */
abstract class FarBatchContract extends BatchContract {
  private FarHome far;

  FarBatchContract(Commands commands) {
    super(commands);
  }

  @BeforeEach
  final void open() throws Exception {
    far = new FarHome(dir.resolve("far"), slurm.variables());
  }

  @AfterEach
  final void close() throws Exception {
    releaseAll(); // Before the server is gone.
    far.close();
  }

  @Override
  final BatchSite batchSite(Path pilots) {
    return far.batchSite();
  }

  @Override
  final String where() {
    return "+ssh://login";
  }
}
