package io.qtau.cli;

import io.qtau.protocol.InvalidField;
import io.qtau.protocol.WhenItEnds;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code fail} or {@code to-shared}. */
final class EndPolicy implements ITypeConverter<WhenItEnds> {
  @Override
  public WhenItEnds convert(String text) {
    try {
      return WhenItEnds.of(text);
    } catch (InvalidField e) {
      throw new TypeConversionException("'" + text + "' is neither fail nor to-shared");
    }
  }
}
