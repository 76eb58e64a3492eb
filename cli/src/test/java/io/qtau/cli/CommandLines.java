package io.qtau.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Runs command lines inside the test's JVM, in a home of its own. */
final class CommandLines {
  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private String in = "";

  CommandLines(Path home) {
    environment.put("QTAU_HOME", home.toString());
  }

  CommandLines with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  CommandLines stdin(String text) {
    in = text;
    return this;
  }

  int run(String... args) {
    out.reset();
    err.reset();
    Interruption interruption = new Interruption();
    int code = Main.execute(console(interruption), args);
    interruption.finished(code);
    return code;
  }

  private Console console(Interruption interruption) {
    return new Console(
        environment,
        new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        false,
        interruption);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
