package io.qtau.agent;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A Unix socket that one Python process connects to, and says hello through. */
final class WorkerDoor implements AutoCloseable {
  private final Path path;
  private final String mark;
  private final ServerSocketChannel server;

  /**
   * @param directory node-local, 0700, with a short name
   * @param mark what the process has to know
   */
  WorkerDoor(Path directory, String mark) throws IOException {
    this.mark = mark;
    path = prefix(directory, mark).resolveSibling(name(mark) + ".sock");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
  }

  /** What the names of the process's files begin with. */
  static Path prefix(Path directory, String mark) {
    return directory.resolve(name(mark));
  }

  private static String name(String mark) {
    return mark.substring(0, 13);
  }

  Path path() {
    return path;
  }

  /**
   * Waits for the process.
   *
   * @param end completes when it has ended
   * @throws IOException when it ends, or is not there after so long
   */
  WorkerStream accept(CompletableFuture<?> end, Duration patience) throws IOException {
    var early = end.thenRun(this::closeQuietly);
    var late =
        CompletableFuture.runAsync(
            this::closeQuietly,
            CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS));
    try {
      WorkerStream stream = new WorkerStream(server.accept());
      JsonNode hello = stream.read();
      if (!hello.path("token").asText().equals(mark)) {
        stream.close();
        throw new IOException("another process than the worker answered");
      }
      return stream;
    } finally {
      early.cancel(false);
      late.cancel(false);
    }
  }

  private void closeQuietly() {
    try {
      server.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(path);
  }
}
