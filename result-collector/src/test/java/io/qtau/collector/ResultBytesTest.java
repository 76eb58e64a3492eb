package io.qtau.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.protocol.MalformedMessage;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultBytesTest {
  @Test
  void aResultComesBackEqualAndIsOneLine() throws Exception {
    byte[] line = ResultBytes.encode(Results.of("a"));
    assertThat(line).doesNotContain('\n');
    assertThat(ResultBytes.decode(line)).isEqualTo(Results.of("a"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{}",
        "{\"session\":\"s\",\"kind\":\"exec\",\"status\":\"SUCCESS\",\"timeline\":{}}",
        "{\"session\":\"s\",\"id\":\"a\",\"kind\":\"exec\",\"status\":\"SUCCESS\"}",
        "{\"session\":\"s\",\"id\":\"a\",\"kind\":\"exec\",\"status\":\"FINE\",\"timeline\":{}}",
        "{\"session\":\"s\",\"id\":\"../a\",\"kind\":\"exec\",\"status\":\"DEAD\",\"timeline\":{}}"
      })
  void whatLacksAKeyAStatusOrATimelineIsMalformed(String text) {
    assertThatThrownBy(() -> ResultBytes.decode(text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(MalformedMessage.class);
  }

  @Test
  void theSmallestResultIsEnough() throws Exception {
    String text =
        "{\"session\":\"s\",\"id\":\"a\",\"kind\":\"exec\",\"status\":\"DEAD\",\"timeline\":{}}";
    assertThat(ResultBytes.decode(text.getBytes(StandardCharsets.UTF_8)).stdout().bytes()).isZero();
  }
}
