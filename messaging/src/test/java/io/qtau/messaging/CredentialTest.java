package io.qtau.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialTest {
  private static final String PASSWORD = "a:password with: colons";

  @TempDir Path directory;

  private Path file(String content, String mode) throws IOException {
    Path file = Files.writeString(directory.resolve("credential"), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  @Test
  void itIsReadAndNeverPrinted() throws Exception {
    Credential read = Credential.read(file("owner:" + PASSWORD + "\n", "rw-------"));
    assertThat(read.user()).isEqualTo("owner");
    assertThat(read.password()).isEqualTo(PASSWORD);
    assertThat(read.toString()).contains("owner").doesNotContain("password");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "owner", "owner:", ":secret", "owner:secret\nmore"})
  void whatIsNoneIsRefusedWithoutItsContent(String content) throws Exception {
    Path file = file(content, "rw-------");
    assertThatThrownBy(() -> Credential.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("user:password")
        .message()
        .doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----"})
  void aFileThatIsOpenToOthersIsRefused(String mode) throws Exception {
    Path file = file("owner:x", mode);
    assertThatThrownBy(() -> Credential.read(file)).hasMessageContaining("chmod 600");
  }

  @Test
  void aMissingFileIsNamed() {
    Path none = directory.resolve("none");
    assertThatThrownBy(() -> Credential.read(none)).hasMessageContaining(none.toString());
  }
}
