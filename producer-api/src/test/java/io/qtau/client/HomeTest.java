package io.qtau.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.messaging.BrokerUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
  @TempDir Path directory;

  private Path credential(String name, String user) throws IOException {
    Path file = Files.writeString(directory.resolve(name), user + ":secret\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void theEnvironmentComesFirst() throws Exception {
    Path file = credential("mine", "me");
    Home home =
        Home.of(
            Map.of("QTAU_BROKER", "tcp://there:1", "QTAU_CREDENTIAL", file.toString()), directory);
    assertThat(home.broker()).isEqualTo(new BrokerUrl("there", 1));
    assertThat(home.credential().user()).isEqualTo("me");
  }

  @Test
  void aVariableThatIsEmptyIsNotSetAndNoOtherOneIsKept() {
    Map<String, String> none = Map.of("QTAU_HOME", "", "QTAU_BROKER", "", "SECRET", "x");
    Home home = Home.of(none, directory);
    assertThat(home.directory()).isEqualTo(directory.resolve(".qtau"));
    assertThatThrownBy(home::broker).hasMessageContaining("broker.json");
    assertThat(home.toString()).doesNotContain("SECRET");
  }

  @Test
  void otherwiseTheFilesInTheHomeDirectorySayIt() throws Exception {
    Files.writeString(directory.resolve("broker.json"), "{\"url\":\"tcp://here:2\",\"pid\":7}");
    credential("credential", "owner");
    Home home = Home.of(Map.of("QTAU_HOME", directory.toString()), Path.of("/nowhere"));
    assertThat(home.broker()).isEqualTo(new BrokerUrl("here", 2));
    assertThat(home.credential().user()).isEqualTo("owner");
  }

  @Test
  void aBrokerWithTlsIsCheckedAgainstTheHomesCertificate() throws Exception {
    Map<String, String> named = Map.of("QTAU_BROKER", "tls://there:1");
    assertThat(Home.of(named, directory).broker().ca())
        .isEqualTo(directory.resolve(".qtau/ca.pem"));
    Map<String, String> both = Map.of("QTAU_BROKER", "tls://there:1", "QTAU_CA", "/x/their.pem");
    assertThat(Home.of(both, directory).broker().ca()).isEqualTo(Path.of("/x/their.pem"));
  }

  @Test
  void nothingThereIsSaidByName() {
    Home home = Home.of(Map.of(), directory);
    assertThatThrownBy(home::broker)
        .isInstanceOf(BrokerUnavailable.class)
        .hasMessageContaining(directory.resolve(".qtau/broker.json").toString());
    assertThatThrownBy(home::credential)
        .isInstanceOf(CredentialRefused.class)
        .hasMessageContaining(directory.resolve(".qtau/credential").toString());
  }
}
