package io.qtau.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a whole number from 1 on. */
public final class PositiveInt implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String text) {
    try {
      int value = Integer.parseInt(text);
      if (value >= 1) {
        return value;
      }
    } catch (NumberFormatException notANumber) {
      // Told below, in the same words.
    }
    throw new TypeConversionException("'" + text + "' is not a whole number from 1 on");
  }
}
