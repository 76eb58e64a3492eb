package io.qtau.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SshConfigTest {
  @TempDir Path home;

  @BeforeEach
  void files() throws IOException {
    Files.createDirectories(home.resolve(".ssh/sites"));
    Files.writeString(
        home.resolve(".ssh/config"),
        """
        # the laptop's
        Include sites/*.conf
        Host login *.hpc
          HostName login.%h.example
          User  = alice
          Port=2222
          IdentityFile "~/keys/my key"
          IdentityFile ~/keys/%r@%h
          IdentitiesOnly yes
          UserKnownHostsFile ~/kh1 "~/kh 2"
          HostKeyAlias hpc
        Host * !login
          ProxyJump bob@gate:2200,inner
        Match exec "true"
          User nobody
        Match host node?
          User carol
        Host *
          User dave
          IdentityAgent none
        """);
    Files.writeString(
        home.resolve(".ssh/sites/a.conf"), "Host included\n  HostName 10.1.1.1\n  Port 99\n");
  }

  private SshTarget target(String url) throws IOException {
    return new SshConfig(home).target(HostList.parse(url).get(0));
  }

  @Test
  void aHostHasWhatItsBlocksSayAndTheFirstValueCounts() throws IOException {
    SshTarget login = target("login");
    assertThat(login.hostName()).isEqualTo("login.login.example");
    assertThat(login.user()).isEqualTo("alice");
    assertThat(login.port()).isEqualTo(2222);
    assertThat(login.keys())
        .containsExactly(
            home.resolve("keys/my key"), home.resolve("keys/alice@login.login.example"));
    assertThat(login.keysOnly()).isTrue();
    assertThat(login.agent()).isNull();
    assertThat(login.knownHosts()).startsWith(home.resolve("kh1"), home.resolve("kh 2"));
    assertThat(login.hostKeyAlias()).isEqualTo("hpc");
    assertThat(login.jumps()).isEmpty();
    assertThat(login).hasToString("login (login.login.example:2222)");
  }

  @Test
  void theUrlGoesFirst() throws IOException {
    SshTarget login = target("eve@login:7");
    assertThat(login.user()).isEqualTo("eve");
    assertThat(login.port()).isEqualTo(7);
  }

  @Test
  void aHostThatIsNotNamedHasWhatAllHave() throws IOException {
    SshTarget other = target("other");
    assertThat(other.hostName()).isEqualTo("other");
    assertThat(other.user()).isEqualTo("dave");
    assertThat(other.port()).isEqualTo(22);
    assertThat(other.jumps())
        .extracting(SshAddress::toString)
        .containsExactly("bob@gate:2200", "inner");
    assertThat(other.keys()).contains(home.resolve(".ssh/id_ed25519"));
    assertThat(other.knownHosts()).startsWith(home.resolve(".ssh/known_hosts"));
  }

  @Test
  void includedFilesAndMatchingHostsCount() throws IOException {
    assertThat(target("included").hostName()).isEqualTo("10.1.1.1");
    assertThat(target("included").port()).isEqualTo(99);
    assertThat(target("node1").user()).isEqualTo("carol");
    assertThat(target("node12").user()).isEqualTo("dave");
  }

  @Test
  void withoutAFileAllIsAsUsual() throws IOException {
    SshTarget plain = new SshConfig(home.resolve("none")).target(HostList.parse("h").get(0));
    assertThat(plain.port()).isEqualTo(22);
    assertThat(plain.user()).isEqualTo(System.getProperty("user.name"));
  }
}
