package io.qtau.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a broker is to listen.
 *
 * @param host a name or an address, without brackets
 * @param port 0 to 65535
 */
record ListenAddress(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([A-Za-z0-9._-]+)):([0-9]{1,5})");

  /** Reads {@code HOST:PORT}; an address of IPv6 has brackets. */
  static final class Reader implements ITypeConverter<ListenAddress> {
    @Override
    public ListenAddress convert(String text) {
      Matcher form = FORM.matcher(text);
      if (!form.matches() || Integer.parseInt(form.group(3)) > 65535) {
        throw new TypeConversionException("'" + text + "' is not HOST:PORT");
      }
      String host = form.group(1) == null ? form.group(2) : form.group(1);
      return new ListenAddress(host, Integer.parseInt(form.group(3)));
    }
  }
}
