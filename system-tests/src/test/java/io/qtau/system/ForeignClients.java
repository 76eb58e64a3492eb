package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of other people's languages and libraries, each run in a process of its own. */
final class ForeignClients {
  private static final Path RESOURCES = Path.of("src/test/resources");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path work;

  ForeignClients(Path work) {
    this.work = work;
  }

  static Path resource(String name) {
    return RESOURCES.resolve(name).toAbsolutePath();
  }

  /** Python of the system: its AMQP library is a package of the system too. */
  List<JsonNode> python(String script, String... arguments) throws Exception {
    return lines(command(List.of("/usr/bin/python3", resource(script).toString()), arguments));
  }

  /** A source file with the libraries of this test on its class path, and nothing of QTau. */
  List<JsonNode> java(String source, String... arguments) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String libraries = System.getProperty("surefire.test.class.path");
    if (libraries == null) {
      libraries = System.getProperty("java.class.path");
    }
    List<String> others =
        List.of(libraries.split(":")).stream()
            .filter(jar -> jar.endsWith(".jar") && !jar.contains("/qtau-"))
            .toList();
    return lines(
        command(
            List.of(java, "-cp", String.join(":", others), resource(source).toString()),
            arguments));
  }

  /** A script of a directory with a package-lock.json; its packages are installed once. */
  List<JsonNode> node(String directory, String script, String... arguments) throws Exception {
    Path installed = Files.createDirectories(Path.of("target", directory).toAbsolutePath());
    Path lock = resource(directory).resolve("package-lock.json");
    Path copy = installed.resolve("package-lock.json");
    if (!Files.exists(installed.resolve("node_modules/.package-lock.json"))
        || Files.mismatch(lock, copy) != -1) {
      for (String name : List.of("package.json", "package-lock.json")) {
        Files.write(installed.resolve(name), Files.readAllBytes(resource(directory).resolve(name)));
      }
      output(
          new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
              .directory(installed.toFile()));
    }
    ProcessBuilder node =
        new ProcessBuilder(
            command(List.of("node", resource(directory).resolve(script).toString()), arguments));
    node.environment().put("NODE_PATH", installed.resolve("node_modules").toString());
    return parse(output(node));
  }

  private static List<String> command(List<String> program, String... arguments) {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of(arguments));
    return command;
  }

  private List<JsonNode> lines(List<String> command) throws Exception {
    return parse(output(new ProcessBuilder(command)));
  }

  private static List<JsonNode> parse(String output) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : output.lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  private String output(ProcessBuilder builder) throws Exception {
    Path out = Files.createTempFile(work, "out", ".txt");
    Path err = Files.createTempFile(work, "err", ".txt");
    Process process =
        builder
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    boolean ended = process.waitFor(2, TimeUnit.MINUTES);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    String said = builder.command() + "\n" + Files.readString(out) + Files.readString(err);
    assertThat(ended).as("hangs: %s", said).isTrue();
    assertThat(process.exitValue()).as("%s", said).isZero();
    return Files.readString(out);
  }
}
