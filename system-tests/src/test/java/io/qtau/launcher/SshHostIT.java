package io.qtau.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.qtau.launcher.SshFailure.Kind;
import io.qtau.system.FarHost;
import io.qtau.system.SshServer;
import io.qtau.system.SshSite;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands and files behind real OpenSSH servers, and all that keeps one from logging in. */
class SshHostIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> ODD =
      List.of(
          "a b  c",
          "",
          "it's \"q\" $(touch ran) `touch ran` $HOME \\ * ? !x ~ ;&|<>",
          "two\nlines\n",
          "\nn.\na",
          "é € 量子",
          "-n",
          ".",
          "tab\there",
          "{}%s\\n");

  @TempDir static Path dir;
  private static SshSite site;
  private static SshServer h1;

  @BeforeAll
  static void start() throws Exception {
    site = new SshSite(dir.resolve("site"));
    h1 = site.server("h1", Map.of("NODE", "one"));
  }

  @AfterAll
  static void stop() throws Exception {
    site.close();
  }

  private static SshHost host(String name) {
    return new SshHost(new SshConfig(site.home()), HostList.parse(name).get(0));
  }

  @Test
  void argumentsArriveAsTheyAre() throws Exception {
    try (SshHost host = host("h1")) {
      List<String> argv = new java.util.ArrayList<>(List.of("printf", "%s\\0"));
      argv.addAll(ODD);
      Host.Ended ended = host.run(argv, PATIENCE);
      assertThat(ended).isEqualTo(new Host.Ended(0, String.join("\0", ODD) + "\0", ""));
      assertThat(h1.home().resolve("ran")).doesNotExist();
    }
  }

  @Test
  void commandsEndAsTheyDoHere() throws Exception {
    try (SshHost host = host("h1")) {
      assertThat(host.run(List.of("sh", "-c", "cat; echo $NODE; echo no >&2; exit 7"), PATIENCE))
          .isEqualTo(new Host.Ended(7, "one\n", "no\n"));
      assertThat(host.run(List.of("no-such-program"), PATIENCE).code()).isEqualTo(127);
      assertThat(host.run(List.of("sh", "-c", "kill -9 $$"), PATIENCE).code()).isNotZero();
      Host.Ended much =
          host.run(List.of("sh", "-c", "head -c 3000000 /dev/zero; echo e >&2"), PATIENCE);
      assertThat(much.out()).hasSize(1 << 20);
      assertThat(much.err()).isEqualTo("e\n");
    }
  }

  @Test
  void oneConnectionServesAll() throws Exception {
    try (SshHost host = host("h1")) {
      List<String> who = List.of("sh", "-c", "echo $SSH_CONNECTION");
      String first = host.run(who, PATIENCE).out();
      host.write("x", new byte[0], 0600);
      assertThat(host.run(who, PATIENCE).out()).isEqualTo(first).isNotBlank();
      h1.killSessions();
      Awaitility.await("the loss is seen")
          .ignoreExceptionsInstanceOf(IOException.class)
          .untilAsserted(() -> assertThat(host.run(who, PATIENCE).out()).isNotEqualTo(first));
    }
  }

  /** Nobody's sleep is ended by an answer that came early. */
  @Test
  void whoAsksForPortsIsNotInterrupted() throws Exception {
    try (SshHost host = host("h1")) {
      SshConnection server = host.connection();
      for (int i = 0; i < 1000; i++) {
        assertThat(RemoteForward.open(server, Tunnel.LOOPBACK, 0, Tunnel.LOOPBACK, 9)).isPositive();
        RemoteForward.forget(server, Tunnel.LOOPBACK);
      }
      assertThat(Thread.interrupted()).isFalse();
    }
  }

  @Test
  void aCommandOverItsPatienceIsEndedThere() throws Exception {
    try (SshHost host = host("h1")) {
      Path pids = dir.resolve("pids");
      List<String> slow =
          List.of(
              "sh", "-c", "echo $$ >\"$1\"; trap '' TERM; sleep 1000 & wait; wait", "x", "" + pids);
      assertThatThrownBy(() -> host.run(slow, Duration.ofSeconds(1)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("sh on h1 has not ended in 1 s");
      long pid = Long.parseLong(Files.readString(pids).strip());
      Awaitility.await("its end")
          .until(() -> ProcessHandle.of(pid).map(p -> !p.isAlive()).orElse(true));
    }
  }

  @Test
  void inputFollowsTheArguments() throws Exception {
    try (SshHost host = host("h1")) {
      byte[] input = "a\n.\nb".repeat(50_000).getBytes(StandardCharsets.UTF_8);
      Host.Ended ended = host.feed(List.of("wc", "-c"), out -> out.write(input), PATIENCE);
      assertThat(ended.out().strip()).isEqualTo(Integer.toString(input.length));
    }
  }

  @Test
  void filesAreWrittenWholeAndPrivate() throws Exception {
    try (SshHost host = host("h1")) {
      for (String odd : List.of("plain", "a b", "it's $(x) \\ *?[a]", "é 量子")) {
        Path file = dir.resolve("far/" + odd + "/file " + odd);
        host.write(file.toString(), odd.getBytes(StandardCharsets.UTF_8), 0600);
        host.write(file.toString(), odd.getBytes(StandardCharsets.UTF_8), 0640);
        assertThat(file).hasContent(odd);
        assertThat(mode(file)).isEqualTo("rw-r-----");
        assertThat(mode(file.getParent())).isEqualTo("rwx------");
        assertThat(new String(host.tail(file.toString(), 3), StandardCharsets.UTF_8))
            .isEqualTo(odd.length() < 3 ? odd : tail(odd));
        try (var files = Files.list(file.getParent())) {
          assertThat(files).hasSize(1);
        }
      }
      assertThatThrownBy(() -> host.tail(dir + "/none", 3)).isInstanceOf(NoSuchFileException.class);
    }
  }

  private static String tail(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new String(bytes, bytes.length - 3, 3, StandardCharsets.UTF_8);
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aServerIsReachedThroughAnother() throws Exception {
    try (FarHost network = new FarHost(0);
        SshServer gateway = site.gateway(network, "gateway");
        SshServer inner = site.serverWithin(network, "inner")) {
      String way = "%n  HostName 127.0.0.1%n  Port %d%n".formatted(inner.port());
      site.configure("Host behind" + way + "  ProxyJump gateway\n");
      assertThat(failure("inner").kind()).as("without the jump").isEqualTo(Kind.UNREACHABLE);
      try (SshHost host = host("behind")) {
        List<String> where = List.of("sh", "-c", "echo $HOME $SSH_CONNECTION");
        assertThat(host.run(where, PATIENCE).out())
            .startsWith(inner.home() + " 127.0.0.1 ")
            .doesNotContain(gateway.home().toString());
      }
    }
  }

  @Test
  void anUnknownHostKeyIsRefusedWithItsFingerprint() throws Exception {
    SshServer stranger = site.server("stranger");
    Files.writeString(site.home().resolve(".ssh/empty"), "");
    site.configure(
        "Host unknown\n  HostName 127.0.0.1\n  Port %d\n  UserKnownHostsFile ~/.ssh/empty\n"
            .formatted(stranger.port()));
    SshFailure failure = failure("unknown");
    assertThat(failure.kind()).isEqualTo(Kind.HOST_KEY_UNKNOWN);
    assertThat(failure)
        .hasMessageContaining("unknown (127.0.0.1:" + stranger.port() + ")")
        .hasMessageContaining(stranger.fingerprint())
        .hasMessageContaining(site.home().resolve(".ssh/empty").toString())
        .hasMessageContaining("ssh-keyscan -p " + stranger.port());
  }

  @Test
  void aChangedHostKeyIsRefusedWithItsFingerprint() throws Exception {
    SshServer changed = site.server("changed");
    try (SshHost host = host("changed")) {
      assertThat(host.run(List.of("true"), PATIENCE).code()).isZero();
    }
    changed.kill();
    changed.newHostKey();
    changed.start();
    SshFailure failure = failure("changed");
    assertThat(failure.kind()).isEqualTo(Kind.HOST_KEY_CHANGED);
    assertThat(failure)
        .hasMessageContaining("has changed")
        .hasMessageContaining(changed.fingerprint())
        .hasMessageContaining("ssh-keygen -R [127.0.0.1]:" + changed.port());
  }

  @Test
  void aKeyThatIsNotAuthorizedIsRefused() throws Exception {
    Path other = site.home().resolve("other");
    keygen(other, "");
    site.configure(
        "Host refused\n  HostName 127.0.0.1\n  Port %d\n  IdentityFile ~/other\n  IdentityAgent none\n"
            .formatted(h1.port()));
    SshFailure failure = failure("refused");
    assertThat(failure.kind()).isEqualTo(Kind.LOGIN_REFUSED);
    assertThat(failure)
        .hasMessageContaining("refused (127.0.0.1:" + h1.port() + ")")
        .hasMessageContaining(other.toString());
  }

  @Test
  void aKeyWithAPassphraseIsNotAskedFor() throws Exception {
    Path locked = site.home().resolve("locked");
    keygen(locked, "secret");
    site.configure(
        "Host locked\n  HostName 127.0.0.1\n  Port %d\n  IdentityFile ~/locked\n  IdentityAgent none\n"
            .formatted(h1.port()));
    assertThat(failure("locked")).hasMessageContaining("ssh-add " + locked);
  }

  @Test
  void anAgentsKeyIsUsed() throws Exception {
    Path socket = dir.resolve("agent");
    Process agent = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString()).start();
    try {
      Awaitility.await("ssh-agent").until(() -> Files.exists(socket));
      site.configure(
          "Host held%n  HostName 127.0.0.1%n  Port %d%n  IdentityFile %s%n  IdentityAgent %s%n"
              .formatted(h1.port(), site.home().resolve("none"), socket));
      assertThat(failure("held")).hasMessageContaining("ssh-agent has 0 keys");
      add(socket, site.key());
      try (SshHost host = host("held")) {
        assertThat(host.run(List.of("true"), PATIENCE).code()).isZero();
      }
    } finally {
      agent.destroyForcibly().waitFor();
    }
  }

  private static void add(Path socket, Path key) throws Exception {
    ProcessBuilder add = new ProcessBuilder("ssh-add", "-q", key.toString()).inheritIO();
    add.environment().put("SSH_AUTH_SOCK", socket.toString());
    assertThat(add.start().waitFor()).isZero();
  }

  private static void keygen(Path file, String passphrase) throws Exception {
    assertThat(
            new ProcessBuilder(
                    "ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", "" + file)
                .inheritIO()
                .start()
                .waitFor())
        .isZero();
  }

  @Test
  void whoDoesNotAnswerIsNamed() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    SshFailure failure = failure("u@127.0.0.1:" + port);
    assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(failure).hasMessage("cannot reach 127.0.0.1:" + port + ": Connection refused");
    assertThat(failure("no-such-host.invalid"))
        .hasMessageContaining("no-such-host.invalid:22: there is no host of that name");
  }

  @Test
  void aServerThatSaysNothingIsGivenUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0)) {
      SshFailure failure = failure("127.0.0.1:" + silent.getLocalPort());
      assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(failure).hasMessageContaining("timed out");
    }
  }

  private SshFailure failure(String name) {
    try (SshHost host = host(name)) {
      return catchThrowableOfType(SshFailure.class, () -> host.run(List.of("true"), PATIENCE));
    }
  }
}
