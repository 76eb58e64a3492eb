package io.qtau.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A Python process that serves one task after the other over a Unix socket: frames of a length,
 * four bytes, big-endian, and a JSON object in UTF-8.
 */
final class PythonWorker implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_FRAME_BYTES = 64 << 20;
  private static final int START_SECONDS = 60;

  /** What makes workers exchangeable. */
  record Key(String interpreter, int milliCores) {}

  private final Key key;
  private final Process process;
  private final String mark;
  private final Path log;
  private final SocketChannel channel;
  private final DataInputStream in;
  private final DataOutputStream out;
  private long served;

  private PythonWorker(Key key, Process process, String mark, Path log, SocketChannel channel) {
    this.key = key;
    this.process = process;
    this.mark = mark;
    this.log = log;
    this.channel = channel;
    in = new DataInputStream(new java.io.BufferedInputStream(Channels.newInputStream(channel)));
    out = new DataOutputStream(new java.io.BufferedOutputStream(Channels.newOutputStream(channel)));
  }

  /**
   * Starts one and waits until it says hello.
   *
   * @param mark of {@link ProcessTree}
   * @param directory node-local, 0700, with a short name; holds the package and the sockets
   */
  static PythonWorker start(Key key, String mark, Path directory) throws IOException {
    Path socket = directory.resolve(mark.substring(0, 13) + ".sock");
    Path log = directory.resolve(mark.substring(0, 13) + ".log");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Process process = launch(key, directory, socket, log, mark);
      PythonWorker worker =
          new PythonWorker(key, process, mark, log, accept(server, process, key, log));
      JsonNode hello = worker.read();
      if (!hello.path("token").asText().equals(mark)) {
        worker.close();
        throw new IOException("another process than the worker answered");
      }
      return worker;
    } finally {
      Files.deleteIfExists(socket);
    }
  }

  private static Process launch(Key key, Path directory, Path socket, Path log, String mark)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            key.interpreter(), "-u", "-m", "qtau.worker", "--socket", socket.toString());
    String before = builder.environment().get("PYTHONPATH");
    builder
        .environment()
        .put("PYTHONPATH", before == null ? directory.toString() : directory + ":" + before);
    ThreadVariables.put(builder.environment(), key.milliCores());
    builder.environment().put("QTAU_WORKER_TOKEN", mark);
    builder.environment().put(ProcessTree.MARK, mark);
    builder.redirectInput(new java.io.File("/dev/null"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(log.toFile());
    return builder.start();
  }

  private static SocketChannel accept(
      ServerSocketChannel server, Process process, Key key, Path log) throws IOException {
    CompletableFuture<Void> early = process.onExit().thenRun(() -> closeQuietly(server));
    var unused =
        early.orTimeout(START_SECONDS, TimeUnit.SECONDS).exceptionally(e -> closeQuietly(server));
    try {
      return server.accept();
    } catch (IOException e) {
      process.destroyForcibly();
      throw new IOException(
          "the interpreter " + key.interpreter() + " did not start a worker: " + tail(log), e);
    }
  }

  private static Void closeQuietly(ServerSocketChannel server) {
    try {
      server.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return null;
  }

  Key key() {
    return key;
  }

  String mark() {
    return mark;
  }

  /** Whether it has run a task before. */
  boolean isUsed() {
    return served > 0;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Has one task run; waits for its end. */
  JsonNode call(JsonNode request) throws IOException {
    byte[] body = JSON.writeValueAsBytes(request);
    out.writeInt(body.length);
    out.write(body);
    out.flush();
    JsonNode answer = read();
    served++;
    return answer;
  }

  private JsonNode read() throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MOST_FRAME_BYTES) {
      throw new IOException("a frame of " + Integer.toUnsignedString(length) + " bytes");
    }
    return JSON.readTree(in.readNBytes(length));
  }

  /** How it ended, and its last words; for a worker that went while it ran a task. */
  String epitaph() {
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        return "it closed its socket";
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    int code = process.isAlive() ? 0 : process.exitValue();
    String how = code > 128 ? "signal " + (code - 128) : "exit code " + code;
    return how + "; " + tail(log);
  }

  private static String tail(Path log) {
    try {
      String text = Files.readString(log).strip();
      return text.isEmpty()
          ? "it said nothing"
          : "it said: " + text.substring(Math.max(0, text.length() - 2000));
    } catch (IOException e) {
      return "its log cannot be read";
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(log);
    } catch (IOException e) {
      process.destroyForcibly();
    }
  }
}
