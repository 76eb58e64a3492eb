package io.qtau.broker;

import io.qtau.messaging.Credential;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** The credential of a broker's owner, in a file that only its owner can read. */
public final class OwnerCredential {
  private static final String NAME = "credential";

  private OwnerCredential() {}

  /** Where the file is. */
  public static Path file(Path home) {
    return home.resolve(NAME);
  }

  /** Reads it, or makes it the first time. */
  public static Credential obtain(Path home) throws IOException {
    Path file = file(home);
    if (!Files.exists(file)) {
      make(home, file);
    }
    return Credential.read(file);
  }

  private static void make(Path home, Path file) throws IOException {
    Files.createDirectories(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    Path fresh =
        Files.createTempFile(
            home,
            NAME,
            ".tmp",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(
        fresh, "owner:" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret) + "\n");
    try {
      // A link fails where a move would overwrite what another process made meanwhile.
      Files.createLink(file, fresh);
    } catch (FileAlreadyExistsException theirs) {
      return;
    } catch (UnsupportedOperationException e) {
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      return;
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
