package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.Credential;
import io.qtau.system.Commands.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker that listens with TLS, pilots with credentials of their own, and whoever has neither.
 */
class SecureBrokerIT {
  @TempDir static Path home;
  @TempDir Path work;
  private static Commands qtau;
  private static BrokerUrl url;

  @BeforeAll
  static void start() throws Exception {
    qtau = new Commands(home);
    JsonNode broker = qtau.ok("broker", "start", "--listen", "127.0.0.1:0", "--json").json();
    assertThat(broker.get("tls").asBoolean()).isTrue();
    assertThat(broker.get("ca_file").asText()).isEqualTo(home.resolve("ca.pem").toString());
    url = BrokerUrl.parse(broker.get("url").asText()).trusting(home.resolve("ca.pem"));
    qtau.ok("pilot", "start", "--resource", "local://", "--name", "main", "--wait");
  }

  @AfterAll
  static void stop() throws Exception {
    qtau.close();
  }

  private String tasks(String... lines) throws Exception {
    return Files.write(work.resolve("tasks.jsonl"), List.of(lines)).toString();
  }

  private static Path credential(String pilot) throws Exception {
    try (var files = Files.list(home.resolve("pilots").resolve(pilot))) {
      List<Path> found =
          files.filter(f -> f.getFileName().toString().startsWith("credential.")).toList();
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }

  /** As somebody does who wants it for later. */
  private Path steal(String pilot) throws Exception {
    return Files.copy(
        credential(pilot), work.resolve("stolen"), StandardCopyOption.COPY_ATTRIBUTES);
  }

  private static void assertEnds(Ended ended, int code, String... words) {
    assertThat(ended.code()).as(ended.err()).isEqualTo(code);
    assertThat(ended.err()).contains(words).doesNotContain("Exception", "\tat ");
  }

  private Ended submitTo(String broker, String... options) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("submit", tasks("{\"kind\":\"noop\"}"), "--broker", broker));
    arguments.addAll(List.of(options));
    return qtau.run(arguments.toArray(new String[0]));
  }

  @Test
  void tasksRunOverTlsAndNothingSecretCanBeRead() throws Exception {
    String file = tasks("{\"kind\":\"exec\",\"exec\":{\"argv\":[\"env\"]}}", "{\"kind\":\"noop\"}");
    qtau.ok("submit", file, "--session", "tls");
    qtau.ok("await", "tls", "--out", home.resolve("out").toString());

    assertThat(Files.readString(home.resolve("pilots/main/settings.json")))
        .contains(url.toString(), credential("main").toString());
    Secrets secrets = Secrets.of(home);
    assertThat(secrets.count()).isGreaterThanOrEqualTo(2);
    secrets.assertPrivateIn(home);
    secrets.assertInNoProcess();
    secrets.assertNotIn(home.resolve("out"));
  }

  @Test
  void withoutTls() throws Exception {
    String plain = url.toString().replace("tls:", "tcp:");
    assertEnds(submitTo(plain), 3, plain, "TLS only", url.toString());
  }

  @Test
  void anotherAuthority() throws Exception {
    String other = ForeignClients.resource("another-authority.pem").toString();
    assertEnds(submitTo(url.toString(), "--ca", other), 3, url.toString(), other, "ca.pem");
    assertEnds(submitTo(url.toString(), "--ca", "none.pem"), 3, "none.pem", "--ca");
  }

  @Test
  void withoutACredentialOrWithAnothers() throws Exception {
    Path wrong = work.resolve("wrong");
    Credential.random("pilot.main.00000000").write(wrong);
    assertEnds(submitTo(url.toString(), "--credential", wrong.toString()), 3, "refuses");
    assertEnds(submitTo(url.toString(), "--credential", "none"), 3, "no credential file");
  }

  @Test
  void whatAPilotMayNot() throws Exception {
    qtau.ok("submit", tasks("{\"kind\":\"noop\",\"pool\":\"another\"}"), "--session", "s");
    qtau.ok("pilot", "start", "--resource", "local://", "--name", "own", "--own-pool-only");
    Map<String, String> outcomes = tried("main");
    assertThat(outcomes)
        .containsEntry("own result", "DONE")
        .containsEntry("another pilot's result", "REFUSED")
        .containsEntry("cancel order", "REFUSED")
        .containsEntry("another pilot's lane", "REFUSED")
        .containsEntry("results", "REFUSED")
        .containsEntry("dead letters", "REFUSED")
        .containsEntry("shared lane", "DONE");
    assertThat(tried("own"))
        .containsEntry("own result", "DONE")
        .containsEntry("shared lane", "REFUSED");
    qtau.ok("submit", tasks("{\"kind\":\"noop\",\"pool\":\"own\"}"), "--session", "mine");
    qtau.ok("await", "mine", "--out", work.resolve("mine").toString());
    assertEnds(
        qtau.run("cancel", "s", "--credential", credential("main").toString()), 3, "permission");
    qtau.ok("pilot", "stop", "own");
  }

  private Map<String, String> tried(String pilot) throws Exception {
    Map<String, String> outcomes = new HashMap<>();
    for (JsonNode line :
        new ForeignClients(work)
            .python(
                "proton/pilot.py",
                url.host() + ":" + url.port(),
                credential(pilot).toString(),
                String.valueOf(url.ca()))) {
      outcomes.put(line.get("case").asText(), line.get("outcome").asText());
    }
    return outcomes;
  }

  @Test
  void aStolenCredentialIsWorthNothingWhenThePilotHasEnded() throws Exception {
    qtau.ok("pilot", "start", "--resource", "local://", "--name", "victim", "--wait");
    Path stolen = steal("victim");
    try (CoreConnection thief = CoreConnection.open(url, Credential.read(stolen));
        ClientSession session = thief.automatic()) {
      CountDownLatch cut = new CountDownLatch(1);
      thief.onLost(cut::countDown);
      session.createConsumer("qtau.lane").close();
      Process ending = qtau.start(work.resolve("o"), work.resolve("e"), "pilot", "stop", "victim");
      assertThat(cut.await(60, TimeUnit.SECONDS)).as("the thief is cut off").isTrue();
      long at = System.nanoTime();
      assertThat(ending.waitFor(60, TimeUnit.SECONDS)).isTrue();
      System.out.printf(
          "cut %d ms before pilot stop ended%n", (System.nanoTime() - at) / 1_000_000);
    }
    assertEnds(submitTo(url.toString(), "--credential", stolen.toString()), 3, "refuses");
    assertThat(home.resolve("pilots/victim")).isDirectoryNotContaining("glob:**/credential*");
  }

  @Test
  void aStolenCredentialIsWorthNothingWhenThePilotWasDrained() throws Exception {
    qtau.ok("pilot", "start", "--resource", "local://", "--name", "drained", "--wait");
    assertEndsFor("drained", () -> qtau.ok("pilot", "drain", "drained"));
    assertThat(qtau.run("pilot", "stop", "drained").code()).isIn(0, 4);
    assertThat(home.resolve("pilots/drained")).isDirectoryNotContaining("glob:**/credential*");
  }

  @Test
  void aStolenCredentialIsWorthNothingWhenThePilotHasLeftWithoutWork() throws Exception {
    Path go = work.resolve("go");
    String shell = "until [ -e " + go + " ]; do sleep 0.1; done";
    String task = "{'kind':'exec','exec':{'argv':['sh','-c','" + shell + "']},'pool':'idle'}";
    qtau.ok("submit", tasks(task.replace('\'', '"')), "--session", "idle");
    qtau.ok("pilot", "start", "--resource", "local://", "--name", "idle", "--idle-timeout", "5");
    assertEndsFor("idle", () -> Files.createFile(go));
    Awaitility.await("its agent has left in good order")
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(qtau.ok("pilot", "list").out()).doesNotContain("idle"));
    assertThat(home.resolve("pilots/idle")).isDirectoryNotContaining("glob:**/credential*");
    assertThat(credential("main")).as("that of a pilot that lives stays").exists();
  }

  /** For somebody who has it and is connected. */
  private void assertEndsFor(String pilot, Callable<?> end) throws Exception {
    Path stolen = steal(pilot);
    try (CoreConnection thief = CoreConnection.open(url, Credential.read(stolen));
        ClientSession session = thief.automatic()) {
      CountDownLatch cut = new CountDownLatch(1);
      thief.onLost(cut::countDown);
      session.createConsumer("qtau.lane").close();
      Object unused = end.call();
      assertThat(cut.await(60, TimeUnit.SECONDS)).as("the thief is cut off").isTrue();
    }
    assertEnds(submitTo(url.toString(), "--credential", stolen.toString()), 3, "refuses");
  }

  @Test
  void pilotsAndTheirCredentialsOutliveAKilledBroker() throws Exception {
    long pid = qtau.ok("broker", "status", "--json").json().get("pid").asLong();
    Commands.kill(pid);
    JsonNode again = qtau.ok("broker", "start", "--listen", "127.0.0.1:0", "--json").json();
    assertThat(again.get("url").asText()).isEqualTo(url.toString());

    qtau.ok("submit", tasks("{\"kind\":\"noop\"}"), "--session", "after");
    qtau.ok("await", "after", "--out", work.resolve("after").toString(), "--timeout", "60");
  }

  @Test
  void foreignClientsOverTls() throws Exception {
    String credential = home.resolve("credential").toString();
    List<JsonNode> python =
        new ForeignClients(work)
            .python(
                "proton/client.py",
                url.host() + ":" + url.port(),
                credential,
                "proton-tls",
                String.valueOf(url.ca()));
    assertThat(python).hasSize(3);
    Path store = work.resolve("ca.p12");
    StockBroker.run(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-importcert",
            "-noprompt",
            "-alias",
            "qtau",
            "-file",
            String.valueOf(url.ca()),
            "-keystore",
            store.toString(),
            "-storepass",
            "secret"),
        Map.of());
    List<JsonNode> java =
        new ForeignClients(work)
            .java(
                "jms/Client.java",
                url.host() + ":" + url.port(),
                credential,
                "jms-tls",
                store + "&transport.trustStorePassword=secret");
    assertThat(java).hasSize(3);
  }

  @Test
  void certificatesAndKeysHaveTheRightModes() throws Exception {
    assertThat(mode(home.resolve("ca.pem"))).isEqualTo("rw-r--r--");
    assertThat(mode(home.resolve("tls"))).isEqualTo("rwx------");
    assertThat(mode(home.resolve("tls/server.pem"))).isEqualTo("rw-------");
    assertThat(mode(credential("main"))).isEqualTo("rw-------");
    assertThat(mode(home.resolve("pilots/main"))).isEqualTo("rwx------");
  }

  private static String mode(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
