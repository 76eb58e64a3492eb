package io.qtau.messaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;

/** A user and a password. It never prints the password. */
public final class Credential {
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.complementOf(
          EnumSet.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE));

  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final String user;
  private final String password;

  private Credential(String user, String password) {
    this.user = user;
    this.password = password;
  }

  public static Credential of(String user, String password) {
    return new Credential(user, password);
  }

  /** A user with a new password: 256 random bits that nobody else knows. */
  public static Credential random(String user) {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    return new Credential(user, Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /** The password as a broker keeps it. Only for random ones: it is quick to compute. */
  public String hash() {
    return PasswordHash.of(password);
  }

  /** Writes it as {@link #read} reads it, into a new file of mode 0600. */
  public void write(Path file) throws IOException {
    Files.createFile(file, PRIVATE);
    Files.writeString(file, user + ":" + password + "\n");
  }

  /**
   * Reads a file that holds {@code user:password}.
   *
   * @throws IOException when there is no such file, others may read it, or it holds something else;
   *     the message says what to do and never contains the content
   */
  public static Credential read(Path file) throws IOException {
    String text = readPrivate(file).strip();
    int colon = text.indexOf(':');
    if (colon < 1 || colon == text.length() - 1 || text.indexOf('\n') >= 0) {
      throw new IOException("the credential file " + file + " does not hold 'user:password'");
    }
    return new Credential(text.substring(0, colon), text.substring(colon + 1));
  }

  private static String readPrivate(Path file) throws IOException {
    try {
      Set<PosixFilePermission> open = EnumSet.copyOf(OTHERS);
      open.retainAll(Files.getPosixFilePermissions(file));
      if (!open.isEmpty()) {
        throw new IOException(
            "the credential file " + file + " is open to others; chmod 600 it, then try again");
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no credential file " + file, e);
    }
  }

  public String user() {
    return user;
  }

  public String password() {
    return password;
  }

  @Override
  public String toString() {
    return "Credential[" + user + "]";
  }
}
