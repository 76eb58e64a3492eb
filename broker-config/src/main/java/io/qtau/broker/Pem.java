package io.qtau.broker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys and certificates as text, each between {@code BEGIN} and {@code END} (RFC 7468). */
final class Pem {
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----");

  private Pem() {}

  static PrivateKey readKey(Path file) throws IOException, GeneralSecurityException {
    Matcher key = KEY.matcher(Files.readString(file));
    if (!key.find()) {
      throw new IOException(file + " holds no private key");
    }
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key.group(1))));
  }

  /** The first certificate of a file. */
  static X509Certificate readCertificate(Path file) throws IOException, GeneralSecurityException {
    Matcher certificate = CERTIFICATE.matcher(Files.readString(file));
    if (!certificate.find()) {
      throw new IOException(file + " holds no certificate");
    }
    try (InputStream in =
        new java.io.ByteArrayInputStream(certificate.group().getBytes(StandardCharsets.US_ASCII))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  /** Replaces a file at one stroke; nobody ever reads a part of it, or more than he may. */
  static void write(Path file, Set<PosixFilePermission> mode, Object... parts)
      throws IOException, GeneralSecurityException {
    StringBuilder text = new StringBuilder();
    for (Object part : parts) {
      text.append(
          part instanceof Key key
              ? block("PRIVATE KEY", key.getEncoded())
              : block("CERTIFICATE", ((X509Certificate) part).getEncoded()));
    }
    Path fresh =
        Files.createTempFile(
            file.toAbsolutePath().getParent(),
            "pem",
            ".new",
            PosixFilePermissions.asFileAttribute(TlsFiles.PRIVATE));
    Files.writeString(fresh, text);
    Files.setPosixFilePermissions(fresh, mode);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String block(String what, byte[] content) {
    return "-----BEGIN "
        + what
        + "-----\n"
        + LINES.encodeToString(content)
        + "\n-----END "
        + what
        + "-----\n";
  }
}
