package io.qtau.cli;

import io.qtau.protocol.SessionName;
import java.math.BigInteger;
import java.security.SecureRandom;

/** Names for what nobody has named. */
final class RandomName {
  private static final SecureRandom RANDOM = new SecureRandom();

  private RandomName() {}

  /** One that cannot be guessed: 128 random bits. */
  static SessionName session() {
    String digits = new BigInteger(128, RANDOM).toString(32);
    return new SessionName("0".repeat(26 - digits.length()) + digits);
  }
}
