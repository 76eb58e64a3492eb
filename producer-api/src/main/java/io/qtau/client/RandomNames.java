package io.qtau.client;

import io.qtau.protocol.InvalidField;
import io.qtau.protocol.SessionName;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Set;

/** Names that nobody can guess, 128 random bits each, and the check of those that people choose. */
final class RandomNames {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Set<String> RESERVED = Set.of("shared", "steward");
  private static final int BITS = 128;
  private static final int LETTERS = 26;

  private RandomNames() {}

  static SessionName session() {
    return new SessionName(text());
  }

  static SessionName session(String chosen) {
    if (RESERVED.contains(chosen)) {
      throw new InvalidField("session", "'" + chosen + "' is reserved");
    }
    return new SessionName(chosen);
  }

  /** 26 characters, 0-9 and a-v. */
  static String text() {
    String digits = new BigInteger(BITS, RANDOM).toString(32);
    return "0".repeat(LETTERS - digits.length()) + digits;
  }
}
