package io.qtau.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerUrlTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcp://127.0.0.1:61616",
        "tcp://login-1.cluster:5672",
        "tcp://[::1]:1",
        "tls://login-1.cluster:5672",
        "tls://login-1.cluster:5672?as=localhost"
      })
  void aPlainUrlIsReadAndPrintedTheSame(String text) {
    assertThat(BrokerUrl.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost:61616",
        "http://h:1",
        "TLS://h:1",
        "tls://h:1?trustAll=true",
        "tcp://h",
        "tcp://h:0",
        "tcp://h:00",
        "tcp://h:65536",
        "tcp://h:1/path",
        "tcp://user:secret@h:1",
        "tcp://h:1?sslEnabled=false",
        "tcp://h:1?as=h",
        "tls://h:1?as=h&x=y",
        "tcp://h:1#a",
        "tcp://a b:1"
      })
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> BrokerUrl.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tls://host:port");
  }
}
