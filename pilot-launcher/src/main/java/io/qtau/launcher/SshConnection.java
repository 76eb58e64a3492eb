package io.qtau.launcher;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchChangedHostKeyException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchHostKeyException;
import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.Session;
import io.qtau.launcher.SshFailure.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A login at an SSH server, through others where its configuration says so. It is checked whose key
 * the server has, nobody is asked for anything, and a server that falls silent is noticed.
 */
final class SshConnection implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ALIVE = Duration.ofSeconds(5);
  private static final int MOST_SILENCES = 3;

  private final SshTarget target;
  private final Session session;
  private final @Nullable SshConnection jump;
  private final CountDownLatch loss;

  private SshConnection(
      SshTarget target, Session session, @Nullable SshConnection jump, CountDownLatch loss) {
    this.target = target;
    this.session = session;
    this.jump = jump;
    this.loss = loss;
  }

  /**
   * Logs in.
   *
   * @throws SshFailure when that cannot be; its message has what is in the way
   * @throws IOException when the configuration cannot be read
   */
  static SshConnection open(SshConfig config, SshAddress address) throws IOException {
    SshTarget target = config.target(address);
    SshConnection jump = null;
    for (SshAddress hop : target.jumps()) {
      jump = connect(config.target(hop), jump);
    }
    return connect(target, jump);
  }

  private static SshConnection connect(SshTarget target, @Nullable SshConnection jump)
      throws IOException {
    SshKeys keys = new SshKeys(target);
    Session session = null;
    CompletableFuture<Void> giveUp = jump == null ? new CompletableFuture<>() : jump.closeLater();
    try {
      JSch jsch = new JSch();
      jsch.setKnownHosts(new ByteArrayInputStream(knownHosts(target)));
      jsch.setIdentityRepository(keys);
      session = jsch.getSession(target.user(), target.hostName(), target.port());
      session.setConfig("StrictHostKeyChecking", "yes");
      session.setConfig("PreferredAuthentications", "publickey");
      session.setHostKeyAlias(target.hostKeyAlias());
      session.setDaemonThread(true);
      CountDownLatch loss = new CountDownLatch(1);
      session.setSocketFactory(new SshSockets(CONNECT, loss));
      session.setServerAliveInterval((int) ALIVE.toMillis());
      session.setServerAliveCountMax(MOST_SILENCES);
      if (jump != null) {
        session.setProxy(jump.proxy(loss));
      }
      session.connect((int) CONNECT.toMillis());
      return new SshConnection(target, session, jump, loss);
    } catch (JSchException e) {
      if (jump != null) {
        jump.close();
      }
      throw failure(target, keys, session, e);
    } finally {
      giveUp.cancel(false);
    }
  }

  /** What comes through another connection has no time-out of its own. */
  private CompletableFuture<Void> closeLater() {
    return CompletableFuture.runAsync(
        this::close,
        CompletableFuture.delayedExecutor(2 * CONNECT.toMillis(), TimeUnit.MILLISECONDS));
  }

  private static byte[] knownHosts(SshTarget target) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Path file : target.knownHosts()) {
      if (Files.isRegularFile(file)) {
        all.write(Files.readAllBytes(file));
        all.write('\n');
      }
    }
    return all.toByteArray();
  }

  private static SshFailure failure(
      SshTarget target, SshKeys keys, @Nullable Session session, JSchException e) {
    if (e instanceof JSchHostKeyException) {
      boolean changed = e instanceof JSchChangedHostKeyException;
      return new SshFailure(
          changed ? Kind.HOST_KEY_CHANGED : Kind.HOST_KEY_UNKNOWN,
          hostKeyWords(target, session, changed),
          e);
    }
    String said = String.valueOf(e.getMessage());
    if (said.startsWith("Auth")) {
      return new SshFailure(
          Kind.LOGIN_REFUSED,
          "%s refuses the login of '%s'; tried: %s. Its authorized_keys must have one of these keys"
              .formatted(target, target.user(), keys.told()),
          e);
    }
    return new SshFailure(Kind.UNREACHABLE, "cannot reach " + target + ": " + words(e), e);
  }

  private static String hostKeyWords(SshTarget target, @Nullable Session session, boolean changed) {
    HostKey key = session == null ? null : session.getHostKey();
    Path file = target.knownHosts().get(0);
    String shown = key == null ? "a key" : key.getType() + " " + fingerprint(key);
    String name =
        target.hostKeyAlias() != null
            ? target.hostKeyAlias()
            : target.port() == 22
                ? target.hostName()
                : "[" + target.hostName() + "]:" + target.port();
    return changed
        ? "the host key of %s has changed: it shows %s, and %s has another one for it. Somebody may be in between. If it is right, 'ssh-keygen -R %s -f %s' removes the old one"
            .formatted(target, shown, file, name, file)
        : "the host key of %s is not known: it shows %s, which is not in %s. If that is its fingerprint, log in once with ssh, or add the line that 'ssh-keyscan -p %d %s' prints"
            .formatted(target, shown, file, target.port(), target.hostName());
  }

  private static String fingerprint(HostKey key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(Base64.getDecoder().decode(key.getKey()));
      return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }

  private static String words(Throwable e) {
    Throwable deepest = e;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    if (deepest instanceof UnknownHostException) {
      return "there is no host of that name";
    }
    return deepest.getMessage() == null ? deepest.toString() : deepest.getMessage();
  }

  SshTarget target() {
    return target;
  }

  boolean isOpen() {
    return session.isConnected();
  }

  Session session() {
    return session;
  }

  /** Opens a channel of this connection; the caller prepares and connects it. */
  <C extends Channel> C channel(String type, Class<C> form) throws IOException {
    try {
      return form.cast(session.openChannel(type));
    } catch (JSchException e) {
      throw lost(e);
    }
  }

  /** Connects a channel. */
  void connect(Channel channel) throws IOException {
    try {
      channel.connect((int) CONNECT.toMillis());
    } catch (JSchException e) {
      throw lost(e);
    }
  }

  /** Whether the server answers over it: whether it takes a command, not what becomes of that. */
  boolean answers() {
    try {
      ChannelExec command = channel("exec", ChannelExec.class);
      try {
        command.setCommand(":");
        connect(command);
        return true;
      } finally {
        command.disconnect();
      }
    } catch (IOException e) {
      return false;
    }
  }

  SshFailure lost(@Nullable Exception e) {
    return new SshFailure(
        Kind.LOST,
        "the connection to " + target + " is gone" + (e == null ? "" : ": " + words(e)),
        e);
  }

  private Proxy proxy(CountDownLatch closed) {
    return new SshJump(this, closed);
  }

  /** Whether it is lost, as soon as it is; false when it has held for so long. */
  boolean awaitLoss(Duration patience) throws InterruptedException {
    return loss.await(patience.toMillis(), TimeUnit.MILLISECONDS) || !isOpen();
  }

  /** Idempotent. */
  @Override
  public void close() {
    session.disconnect();
    if (jump != null) {
      jump.close();
    }
  }
}
