package io.qtau.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Where the certificates of a home lie.
 *
 * @param home the owner's directory
 */
public record TlsFiles(Path home) {
  static final Set<PosixFilePermission> PUBLIC = PosixFilePermissions.fromString("rw-r--r--");
  static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");

  /** The authority's certificate, for clients; no secret. */
  public Path authority() {
    return home.resolve("ca.pem");
  }

  Path directory() {
    return home.resolve("tls");
  }

  /** Held by whoever makes certificates; its directory is made. */
  Path lock() throws IOException {
    Files.createDirectories(
        directory(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return directory().resolve("lock");
  }

  Path authorityKey() {
    return directory().resolve("ca-key.pem");
  }

  /** The broker's key and certificate. */
  Path server() {
    return directory().resolve("server.pem");
  }
}
