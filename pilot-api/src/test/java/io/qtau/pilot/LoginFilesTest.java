package io.qtau.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.messaging.Credential;
import io.qtau.protocol.PilotName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginFilesTest {
  private static final PilotName PILOT = new PilotName("p");

  @TempDir Path pilots;

  @Test
  void eachStartHasALoginOfItsOwnInAFileThatOthersCannotRead() throws Exception {
    PilotCredential first = PilotCredential.create(pilots, PILOT);
    PilotCredential second = PilotCredential.create(pilots, PILOT);
    assertThat(first.login()).isNotEqualTo(second.login());
    assertThat(first.file()).isEqualTo(pilots.resolve("p/credential." + first.login().life()));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(first.file())))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pilots.resolve("p"))))
        .isEqualTo("rwx------");
    assertThat(Credential.read(first.file()).user()).isEqualTo(first.login().toString());

    LoginFiles files = new LoginFiles(PILOT, pilots.resolve("p"));
    Files.writeString(pilots.resolve("p/credential.old"), "");
    assertThat(files.all()).containsExactlyInAnyOrder(first.login(), second.login());
    files.forget(first.login());
    assertThat(files.all()).containsExactly(second.login());
  }

  @Test
  void aPilotThatWasNeverStartedHasNone() throws Exception {
    assertThat(new LoginFiles(PILOT, pilots.resolve("none")).all()).isEmpty();
  }
}
