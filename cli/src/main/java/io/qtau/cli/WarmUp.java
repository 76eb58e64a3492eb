package io.qtau.cli;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * {@code qtau warm-up}, for the start script: does a small run, so that a JVM that archives its
 * classes at exit has those that a run needs.
 */
@Command(name = "warm-up", hidden = true)
final class WarmUp implements Callable<Integer> {
  private final Console console;

  WarmUp(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    loadOwnClasses();
    Path home = Files.createTempDirectory("qtau-warm-up");
    try {
      return run(home);
    } finally {
      delete(home);
    }
  }

  private int run(Path home) throws Exception {
    Interruption none = new Interruption();
    try (PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      Console quiet =
          new Console(
              Map.of("QTAU_HOME", home.toString()),
              new ByteArrayInputStream("{\"kind\":\"noop\"}".getBytes(StandardCharsets.UTF_8)),
              nowhere,
              console.debug() ? console.err() : nowhere,
              false,
              none);
      String out = home.resolve("out").toString();
      int code = Main.execute(quiet, "run", "-", "--json", "--out", out, "--timeout", "20");
      none.finished(code);
      return code;
    }
  }

  /** Agents start from the same archive. */
  private static void loadOwnClasses() throws IOException {
    String classPath = System.getProperty("java.class.path", "");
    for (String entry : classPath.split(Pattern.quote(File.pathSeparator), -1)) {
      if (Path.of(entry).getFileName().toString().matches("qtau-.*\\.jar")) {
        try (JarFile jar = new JarFile(entry)) {
          jar.stream()
              .map(JarEntry::getName)
              .filter(n -> n.endsWith(".class"))
              .forEach(WarmUp::load);
        }
      }
    }
  }

  private static void load(String file) {
    String name = file.substring(0, file.length() - ".class".length()).replace('/', '.');
    try {
      Class.forName(name, false, WarmUp.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError notNeeded) {
      // A package-info, or something optional: the archive is the smaller for it.
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      List<Path> paths = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : paths) {
        Files.deleteIfExists(path);
      }
    }
  }
}
