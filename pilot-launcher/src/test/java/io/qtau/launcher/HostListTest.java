package io.qtau.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.protocol.InvalidField;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostListTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "login                    | login",
        "login/                   | login",
        "me@login:2222            | me@login:2222",
        "h1,h2                    | h1 h2",
        "a@h1:1,h2:2              | a@h1:1 h2:2",
        "node[1-4]                | node1 node2 node3 node4",
        "node[01-03,07]           | node01 node02 node03 node07",
        "node[8-11]               | node8 node9 node10 node11",
        "node[08-11]              | node08 node09 node10 node11",
        "me@r[1-2]n[1-2].site:22  | me@r1n1.site:22 me@r2n1.site:22 me@r1n2.site:22 me@r2n2.site:22",
        "node[5],login            | node5 login",
        "10.0.0.[1-2]             | 10.0.0.1 10.0.0.2",
        "[::1]                    | [::1]",
        "me@[fe80::1]:2222,[::1]  | me@[fe80::1]:2222 [::1]",
      })
  void hostsAreRead(String text, String hosts) {
    assertThat(HostList.parse(text))
        .extracting(SshAddress::toString)
        .containsExactlyInAnyOrder(hosts.split(" ", -1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "h1,",
        ",h1",
        "h 1",
        "h1:",
        "h1:0",
        "h1:65536",
        "h1:x",
        "a@b@c",
        "@h1",
        "node[]",
        "node[1-]",
        "node[a]",
        "node[4-1]",
        "node[1-4",
        "node1-4]",
        "node[1-99999]",
        "h1,h1",
        "node[1,1]",
        "-oProxyCommand=x",
        "h1/dir",
        "node[1-3000],m[1-3000]",
        "u:p@h"
      })
  void whatIsNoHostIsRefused(String text) {
    assertThatThrownBy(() -> HostList.parse(text)).isInstanceOf(InvalidField.class);
  }

  @Test
  void agentsArePlacedInTurn() {
    List<SshAddress> hosts = HostList.parse("h1,h2");
    assertThat(HostList.place(hosts, 1)).containsExactlyElementsOf(hosts);
    assertThat(HostList.place(hosts, 3))
        .extracting(SshAddress::host)
        .containsExactly("h1", "h2", "h1");
    assertThat(HostList.place(HostList.parse("h1"), 2))
        .extracting(SshAddress::host)
        .containsExactly("h1", "h1");
    assertThatThrownBy(() -> HostList.place(HostList.parse("h[1-3]"), 2))
        .isInstanceOf(InvalidField.class)
        .hasMessageContaining("3 hosts");
  }
}
