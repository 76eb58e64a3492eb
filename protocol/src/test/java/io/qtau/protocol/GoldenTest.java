package io.qtau.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of version 1 do not change. */
class GoldenTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "task-exec",
        "task-python",
        "task-python-sweep",
        "task-python-pickle",
        "task-mpi",
        "task-mpi-script",
        "task-sleep",
        "task-noop"
      })
  void aTaskHasTheseBytesAndNoOthers(String name) throws Exception {
    String golden = golden(name);
    TaskDescription task = WireFormat.decodeTask(golden.getBytes(StandardCharsets.UTF_8));
    assertThat(new String(WireFormat.encode(task), StandardCharsets.UTF_8)).isEqualTo(golden);
  }

  @Test
  void theLanesOfTheGoldenTasks() throws Exception {
    assertThat(decode(golden("task-exec")).lane().address()).isEqualTo("qtau.task.p1.c2.p9");
    assertThat(decode(golden("task-mpi")).lane().address())
        .isEqualTo("qtau.task.shared.c4.g2.m512.n4");
    assertThat(decode(golden("task-mpi-script")).lane().address()).isEqualTo("qtau.task.shared.c4");
    assertThat(decode(golden("task-noop")).lane().address()).isEqualTo("qtau.task.shared.c1");
    assertThat(decode(golden("task-sleep")).lane().address())
        .matches("qtau\\.task\\.shared\\.c500m\\.g1\\.m2048\\.x[0-9a-f]{8}");
  }

  @Test
  void theWireKnowsMoreThanWe() throws Exception {
    TaskDescription task = decode("{\"kind\":\"anneal\",\"anneal\":{\"reads\":5},\"later\":1}");
    assertThat(task.lane().address()).isEqualTo("qtau.task.shared.c1.kanneal");
    assertThat(decode("{\"kind\":\"noop\",\"later\":1}").payload()).isEqualTo(new Payload.Noop());
  }

  @Test
  void reservedFieldsAreRefusedOnTheWireToo() {
    assertThatThrownBy(() -> decode("{\"kind\":\"noop\",\"after\":[\"x\"]}"))
        .isInstanceOf(MalformedMessage.class)
        .hasMessageContaining("after");
  }

  private static TaskDescription decode(String json) throws MalformedMessage {
    return WireFormat.decodeTask(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String golden(String name) throws IOException {
    try (InputStream in = GoldenTest.class.getResourceAsStream("/golden/" + name + ".json")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }
}
