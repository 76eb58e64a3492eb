package io.qtau.launcher;

import com.jcraft.jsch.ChannelExec;
import io.qtau.templates.Templates;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A machine behind SSH. One connection is opened at first use and serves commands, files and
 * tunnels; when it is lost, the next use opens another one. For one thread at a time.
 */
final class SshHost implements Host {
  private static final int MOST = 1 << 20;
  private static final int BY_SIGNAL = 128;
  private static final Duration TO_FILL = Duration.ofMinutes(2);

  private final SshConfig config;
  private final SshAddress address;
  private @Nullable SshConnection connection;
  private @Nullable SshFiles files;

  SshHost(SshConfig config, SshAddress address) {
    this.config = config;
    this.address = address;
  }

  SshAddress address() {
    return address;
  }

  /**
   * The connection, opened where there is none.
   *
   * @throws SshFailure when it cannot be
   */
  SshConnection connection() throws IOException {
    SshConnection open = connection;
    if (open == null || !open.isOpen()) {
      close();
      open = SshConnection.open(config, address);
      connection = open;
    }
    return open;
  }

  @Override
  public Ended run(List<String> argv, Duration patience) throws IOException, InterruptedException {
    return call(ShellCall.RUN, argv, null, patience);
  }

  /** What a command reads on its standard input. */
  interface Input {
    void writeTo(OutputStream out) throws IOException;
  }

  /** The same with something to read. */
  Ended feed(List<String> argv, Input input, Duration patience)
      throws IOException, InterruptedException {
    return call(ShellCall.FEED, argv, input, patience);
  }

  private Ended call(String text, List<String> argv, @Nullable Input input, Duration patience)
      throws IOException, InterruptedException {
    SshConnection open = connection();
    CappedOutput out = new CappedOutput(MOST);
    CappedOutput err = new CappedOutput(MOST);
    byte[] lines = ShellCall.lines(argv);
    ChannelExec channel = open.channel("exec", ChannelExec.class);
    try {
      long deadline = System.nanoTime() + patience.toNanos();
      channel.setCommand(text.getBytes(StandardCharsets.UTF_8));
      channel.setOutputStream(out);
      channel.setErrStream(err);
      OutputStream in = channel.getOutputStream();
      open.connect(channel);
      send(in, lines, input);
      // The error stream is the last thing that is closed, and both are when the connection ends.
      if (!err.awaitClose(deadline - System.nanoTime())) {
        throw new IOException(
            "%s on %s has not ended in %d s".formatted(argv.get(0), address, patience.toSeconds()));
      }
      return ended(open, channel, out, err);
    } finally {
      channel.disconnect();
    }
  }

  /** A command that ends early does not read all: how it ended says why. */
  private static void send(OutputStream in, byte[] lines, @Nullable Input input) {
    try {
      in.write(lines);
      if (input != null) {
        input.writeTo(in);
        in.close();
      } else {
        in.flush();
      }
    } catch (IOException ended) {
      // See above.
    }
  }

  private Ended ended(SshConnection open, ChannelExec channel, CappedOutput out, CappedOutput err)
      throws SshFailure {
    int code = channel.getExitStatus();
    if (code < 0 && !open.isOpen()) {
      throw open.lost(null);
    }
    if (!out.hasBegun()) {
      throw new SshFailure(
          SshFailure.Kind.LOGIN_REFUSED,
          "no command can be run on "
              + open.target()
              + ": "
              + (out.text() + err.text()).strip().lines().findFirst().orElse("exit status " + code),
          null);
    }
    return new Ended(code < 0 ? BY_SIGNAL : code, out.text(), err.text());
  }

  @Override
  public void write(String path, byte[] content, int mode) throws IOException {
    files().write(path, content, mode);
  }

  /** In one call, as an archive. */
  @Override
  public void fill(String directory, List<String> old, SortedMap<String, byte[]> files)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("put", directory));
    arguments.addAll(old);
    Ended ended = feed(Templates.AGENTS.call(arguments), archive(files), TO_FILL);
    if (ended.code() != 0) {
      throw new IOException(this + ": " + Scheduler.words(ended));
    }
  }

  /** Files for {@code agents.sh}, which knows by the last one that all have come. */
  static Input archive(SortedMap<String, byte[]> files) {
    return out -> {
      TarStream tar = new TarStream(out);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        tar.addPrivate(file.getKey(), file.getValue());
      }
      tar.addPrivate(".whole", new byte[0]);
      tar.end();
    };
  }

  @Override
  public String shown(String path) {
    return address + ":" + path;
  }

  @Override
  public byte[] tail(String path, int most) throws IOException {
    return files().tail(path, most);
  }

  private SshFiles files() throws IOException {
    SshConnection open = connection();
    SshFiles now = files;
    if (now == null || !now.isOpen()) {
      now = new SshFiles(open);
      files = now;
    }
    return now;
  }

  @Override
  public void close() {
    files = null;
    SshConnection open = connection;
    connection = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
