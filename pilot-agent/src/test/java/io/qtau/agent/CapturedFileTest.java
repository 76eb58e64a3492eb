package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.protocol.Output;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapturedFileTest {
  @TempDir Path directory;

  @Test
  void aShortOneIsReadAndGoes() throws Exception {
    Path file = Files.write(directory.resolve("stdout"), new byte[] {'a', (byte) 0xff, 'b'});
    assertThat(CapturedFile.collect(file)).isEqualTo(new Output("a\uFFFDb", 3, false, null));
    assertThat(file).doesNotExist();
  }

  @Test
  void aLongOneKeepsItsEndsAndStays() throws Exception {
    String text =
        "h".repeat(CapturedFile.HEAD_BYTES) + "m".repeat(100) + "t".repeat(CapturedFile.TAIL_BYTES);
    Path file = Files.writeString(directory.resolve("stdout"), text);
    Output output = CapturedFile.collect(file);
    assertThat(output.truncated()).isTrue();
    assertThat(output.bytes()).isEqualTo(text.length());
    assertThat(output.path()).isEqualTo(file.toString());
    assertThat(output.text()).startsWith("hh").contains("100 bytes left out").endsWith("tt");
    assertThat(output.text()).doesNotContain("mm");
  }
}
