package io.qtau.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalHostTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path dir;
  private final Host host = new LocalHost(Map.of("ODD", "a\n$(touch x) ü"));

  @Test
  void aCommandHasItsArgumentsAsTheyAreAndNothingToRead() throws Exception {
    String odd = "a  'b' \"c\" $(d)\n\\ü";
    Host.Ended ended =
        host.run(
            List.of("sh", "-c", "printf %s \"$1\"; printf %s \"$ODD\" >&2; cat; exit 7", "x", odd),
            PATIENCE);
    assertThat(ended).isEqualTo(new Host.Ended(7, odd, "a\n$(touch x) ü"));
  }

  @Test
  void aProgramThatIsNotThereEndsWith127() throws Exception {
    assertThat(host.run(List.of("no-such-program"), PATIENCE).code()).isEqualTo(127);
  }

  @Test
  void ofAnEndlessOutputTheFirstMegabyteIsKept() throws Exception {
    Host.Ended ended = host.run(List.of("head", "-c", "3000000", "/dev/zero"), PATIENCE);
    assertThat(ended.code()).isZero();
    assertThat(ended.out()).hasSize(1 << 20);
  }

  @Test
  void aCommandThatDoesNotEndIsEnded() {
    assertThatThrownBy(() -> host.run(List.of("sleep", "600"), Duration.ofMillis(100)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("sleep has not ended");
  }

  @Test
  void aFileIsWrittenWithItsModeAndPrivateDirectories() throws Exception {
    Path file = dir.resolve("a b/c\nd/script");
    host.write(file.toString(), "one".getBytes(StandardCharsets.UTF_8), 0600);
    host.write(file.toString(), "two".getBytes(StandardCharsets.UTF_8), 0750);
    assertThat(file).hasContent("two");
    assertThat(mode(file)).isEqualTo("rwxr-x---");
    assertThat(mode(file.getParent())).isEqualTo("rwx------");
    assertThat(file.getParent()).isDirectoryContaining(path -> path.equals(file));
  }

  @Test
  void aDirectoryIsFilledAndEmptiedAndWhatIsNotOursStays() throws Exception {
    Path directory = Files.createDirectories(dir.resolve("a 'b'/c"));
    Files.createDirectories(directory.resolve("old/deep"));
    Path theirs = Files.writeString(directory.resolve("theirs"), "x");
    SortedMap<String, byte[]> files = new TreeMap<>(Map.of("new", new byte[] {'y'}));
    host.fill(directory.toString(), List.of("old", "none"), files);
    assertThat(directory.resolve("old")).doesNotExist();
    assertThat(directory.resolve("new")).hasContent("y");
    assertThat(mode(directory.resolve("new"))).isEqualTo("rw-------");

    host.remove(directory.toString(), List.of("new"));
    assertThat(directory).isDirectoryContaining(path -> path.equals(theirs));
    host.remove(directory.toString(), List.of("theirs"));
    assertThat(directory).doesNotExist();
    host.remove(directory.toString(), List.of("theirs"));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void theEndOfAFileIsRead() throws Exception {
    Path file = Files.writeString(dir.resolve("f"), "0123456789");
    assertThat(host.tail(file.toString(), 4)).isEqualTo("6789".getBytes(StandardCharsets.UTF_8));
    assertThat(host.tail(file.toString(), 40)).hasSize(10);
    assertThatThrownBy(() -> host.tail(dir.resolve("none").toString(), 4))
        .isInstanceOf(NoSuchFileException.class);
  }
}
