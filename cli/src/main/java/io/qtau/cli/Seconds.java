package io.qtau.cli;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of seconds, fractions too. */
final class Seconds implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String text) {
    try {
      double seconds = Double.parseDouble(text);
      if (seconds > 0 && seconds <= 1e9) {
        return Duration.ofNanos((long) (seconds * 1e9));
      }
    } catch (NumberFormatException notANumber) {
      // Told below, in the same words.
    }
    throw new TypeConversionException("'" + text + "' is not a number of seconds above 0");
  }
}
