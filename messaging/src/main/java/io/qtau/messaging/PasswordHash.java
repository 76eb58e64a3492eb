package io.qtau.messaging;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password as a broker keeps it, {@code ENC(rounds:salt:key)} of Artemis. One round is enough for
 * 256 random bits, which nobody can try out; a broker repeats it twice a second for each user.
 */
final class PasswordHash {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final int ROUNDS = 1;
  private static final int SALT_BYTES = 32;
  private static final int KEY_BITS = 512;

  private PasswordHash() {}

  static String of(String password) {
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    try {
      byte[] key =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA1")
              .generateSecret(new PBEKeySpec(password.toCharArray(), salt, ROUNDS, KEY_BITS))
              .getEncoded();
      return "ENC(" + ROUNDS + ":" + HEX.formatHex(salt) + ":" + HEX.formatHex(key) + ")";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no PBKDF2WithHmacSHA1", e);
    }
  }
}
