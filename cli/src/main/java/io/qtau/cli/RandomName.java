package io.qtau.cli;

import io.qtau.protocol.PilotName;
import io.qtau.protocol.SessionName;
import java.math.BigInteger;
import java.security.SecureRandom;

/** Names for what nobody has named. */
final class RandomName {
  private static final SecureRandom RANDOM = new SecureRandom();

  private RandomName() {}

  /** One that cannot be guessed: 128 random bits. */
  static SessionName session() {
    return new SessionName(text(128, 26));
  }

  /** One that is easily typed. */
  static PilotName pilot(String scheme) {
    return new PilotName(scheme.replace('+', '-') + "-" + text(20, 4));
  }

  private static String text(int bits, int letters) {
    String digits = new BigInteger(bits, RANDOM).toString(32);
    return "0".repeat(letters - digits.length()) + digits;
  }
}
