package io.qtau.broker;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.activemq.artemis.core.io.IOCriticalErrorListener;
import org.jspecify.annotations.Nullable;

/**
 * Hears that the broker cannot write to its disk: it stops itself then, and nobody else is told.
 */
final class DiskFailure implements IOCriticalErrorListener {
  private final Path data;
  private final CompletableFuture<String> told = new CompletableFuture<>();

  DiskFailure(Path data) {
    this.data = data;
  }

  CompletionStage<String> told() {
    return told;
  }

  @Override
  public void onIOException(Throwable cause, @Nullable String message, @Nullable String file) {
    var unused =
        told.completeAsync(
            () ->
                "the broker ends: it cannot write to "
                    + (file == null ? data : file)
                    + ": "
                    + cause.getMessage()
                    + ". What it has accepted is in "
                    + data
                    + ": make room on that disk, and start it again");
  }
}
