package io.qtau.pilot;

import io.qtau.launcher.PilotDirectory;
import io.qtau.messaging.Credential;
import io.qtau.protocol.PilotLogin;
import io.qtau.protocol.PilotName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/**
 * The credential of one start of a pilot: a file in the pilot's directory, named after its life,
 * and a login at the broker.
 *
 * @param file of mode 0600
 */
public record PilotCredential(PilotLogin login, Credential credential, Path file) {
  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * A new user of a pilot, with a password that nobody knows. On return its file is there; no
   * broker knows of it yet.
   *
   * @param pilots the directory that holds the directories of pilots; that of this one is made
   */
  public static PilotCredential create(Path pilots, PilotName pilot) throws IOException {
    PilotLogin login = new PilotLogin(pilot, String.format("%08x", RANDOM.nextInt()));
    Credential credential = Credential.random(login.toString());
    Path directory =
        Files.createDirectories(
            PilotDirectory.of(pilots, pilot).path(),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path file = new LoginFiles(pilot, directory).of(login);
    credential.write(file);
    return new PilotCredential(login, credential, file);
  }
}
