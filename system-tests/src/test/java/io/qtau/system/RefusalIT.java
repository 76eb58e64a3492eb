package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.messaging.BrokerUrl;
import io.qtau.system.Commands.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a running broker and its commands refuse: the exit code, and words that help. */
class RefusalIT {
  @TempDir static Path home;
  @TempDir Path work;
  private static Commands qtau;
  private static String url;

  @BeforeAll
  static void start() throws Exception {
    qtau = new Commands(home);
    qtau.ok("broker", "start");
    url = qtau.ok("broker", "status", "--json").json().get("url").asText();
  }

  @AfterAll
  static void stop() throws Exception {
    qtau.close();
  }

  private String tasks(String text) throws Exception {
    return Files.writeString(work.resolve("tasks.jsonl"), text + "\n").toString();
  }

  private static void assertEnds(Ended ended, int code, String... words) {
    assertThat(ended.code()).as(ended.err()).isEqualTo(code);
    assertThat(ended.err()).contains(words).doesNotContain("Exception", "\tat ");
  }

  private Ended submitWith(Path credential) throws Exception {
    String noop = tasks("{\"kind\":\"noop\"}");
    return qtau.run("submit", noop, "--broker", url, "--credential", credential.toString());
  }

  @Test
  void aWrongCredential() throws Exception {
    Path file = work.resolve("credential");
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, "owner:not-the-password\n");
    Ended ended = submitWith(file);
    assertEnds(ended, 3, "refuses this credential");
    assertThat(ended.err()).doesNotContain("not-the-password");
  }

  @Test
  void aMissingCredential() throws Exception {
    assertEnds(submitWith(work.resolve("none")), 3, "no credential file", "none");
  }

  @Test
  void aCredentialThatOthersCanRead() throws Exception {
    Path file = Files.writeString(work.resolve("open"), "owner:known-to-all\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertEnds(submitWith(file), 3, "chmod 600");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "-x", "a::b", "a/b", "a b", ""})
  void namesThatAreNone(String name) throws Exception {
    String noop = tasks("{\"kind\":\"noop\"}");
    assertEnds(qtau.run("submit", noop, "--session=" + name), 2, "is not a name");
    assertEnds(
        qtau.run("pilot", "start", "--resource", "local://", "--name=" + name), 2, "is not a name");
    assertEnds(qtau.run("await", "--", name), 2, "is not a name");
  }

  @Test
  void aPilotOfALiveOnesName() throws Exception {
    qtau.ok("pilot", "start", "--resource", "local://", "--name", "twin", "--wait");
    assertEnds(qtau.run("pilot", "start", "--resource", "local://", "--name", "twin"), 5, "twin");
    qtau.ok("pilot", "stop", "twin");
    assertEnds(qtau.run("pilot", "stop", "twin"), 4, "twin");
  }

  @Test
  void aSecondReaderOfASession() throws Exception {
    qtau.ok("submit", tasks("{\"id\":\"one\",\"kind\":\"noop\"}"), "--session", "shared-mailbox");
    Path first = work.resolve("first");
    Process reader =
        qtau.start(
            work.resolve("out.txt"),
            work.resolve("err.txt"),
            "await",
            "shared-mailbox",
            "--out",
            first.toString());
    try (Queues queues = new Queues(BrokerUrl.parse(url), home)) {
      Awaitility.await("the first reader reads")
          .atMost(30, TimeUnit.SECONDS)
          .until(() -> queues.consumers("qtau.result.shared-mailbox") == 1);
      String second = work.resolve("second").toString();
      assertEnds(
          qtau.run("await", "shared-mailbox", "--out", second, "--timeout", "2"),
          5,
          "shared-mailbox");
      assertEnds(
          qtau.run("await", "shared-mailbox", "--out", first.toString()), 5, first.toString());
    } finally {
      Commands.kill(reader.pid());
    }
  }

  @Test
  void aRunOnANamedBrokerStartsNoPilotOfItsOwn() throws Exception {
    String noop = tasks("{\"kind\":\"noop\"}");
    Ended nobody =
        qtau.run(
            "run",
            noop,
            "--broker",
            url,
            "--out",
            work.resolve("nobody").toString(),
            "--timeout",
            "3");
    assertEnds(nobody, 3, "await", "no pilot is connected: the tasks wait");
    qtau.ok("pilot", "start", "--resource", "local://", "--name", "there", "--wait");
    String wide =
        Files.writeString(
                work.resolve("wide.jsonl"),
                "{\"id\":\"wide\",\"kind\":\"noop\",\"resources\":{\"cores\":9999}}\n")
            .toString();
    String out = work.resolve("wide").toString();
    Ended warned = qtau.run("run", wide, "--broker", url, "--out", out, "--timeout", "3");
    assertEnds(warned, 3, "task wide in ", "there.0: too wide: needs 9999 cores");
    Ended ended =
        qtau.run("run", noop, "--broker", url, "--out", work.resolve("there").toString(), "--json");
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.json().get("accepted").asInt()).isEqualTo(1);
    qtau.ok("pilot", "stop", "there");
  }

  @Test
  void dataOfANewerVersion() throws Exception {
    Path data = Files.createDirectory(work.resolve("data"));
    Files.writeString(data.resolve("version"), "99\n");
    assertEnds(
        new Commands(work).run("broker", "start", "--data", data.toString()),
        3,
        data.toString(),
        "version 99");
  }
}
