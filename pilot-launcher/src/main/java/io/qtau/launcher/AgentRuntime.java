package io.qtau.launcher;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;

/**
 * What an agent's JVM is started with, taken apart so that it can be put together elsewhere.
 *
 * @param options of the JVM; none of them names a file of this host
 * @param jars its class path
 */
record AgentRuntime(List<String> options, List<Path> jars) {
  /** In the agent's jar: its own class path, from the build. */
  private static final String CLASS_PATH = "io/qtau/agent/class-path";

  private static final String AGENT = "qtau-pilot-agent";
  private static final String LIBRARY = "lib";

  AgentRuntime {
    options = List.copyOf(options);
    jars = List.copyOf(jars);
  }

  /**
   * @param javaCommand {@code java OPTION... -cp JAR:JAR...}, as for this host
   */
  static AgentRuntime of(List<String> javaCommand) throws IOException {
    int at = javaCommand.indexOf("-cp");
    if (at < 1 || at + 1 >= javaCommand.size()) {
      throw new IOException("the agent's Java command has no class path: " + javaCommand);
    }
    List<String> options = new ArrayList<>(javaCommand.subList(1, at));
    options.removeIf(AgentRuntime::isOfThisHost);
    List<Path> entries = new ArrayList<>();
    String classPath = javaCommand.get(at + 1);
    for (String entry : classPath.split(Pattern.quote(File.pathSeparator), -1)) {
      entries.add(Path.of(entry).toAbsolutePath());
    }
    return new AgentRuntime(options, needed(entries));
  }

  /** The jar that has the agent itself. */
  Path agent() throws IOException {
    return jars.stream()
        .filter(AgentRuntime::isAgent)
        .findFirst()
        .orElseThrow(() -> new IOException("the class path has no " + AGENT + " jar: " + jars));
  }

  private static boolean isAgent(Path jar) {
    return jar.getFileName().toString().startsWith(AGENT);
  }

  /** All jars as one word. */
  String classPath() {
    return jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  /** The class archive fits the very files that it was made from. */
  private static boolean isOfThisHost(String option) {
    return option.startsWith("-XX:SharedArchiveFile=")
        || option.startsWith("-Dqtau.cds=")
        || option.equals("-Xlog:disable");
  }

  /** A program that starts pilots has more than the agent on its class path. */
  private static List<Path> needed(List<Path> entries) throws IOException {
    List<Path> jars = entries.stream().filter(Files::isRegularFile).toList();
    for (Path jar : jars) {
      if (isAgent(jar)) {
        try (JarFile file = new JarFile(jar.toFile())) {
          ZipEntry list = file.getEntry(CLASS_PATH);
          if (list != null) {
            try (InputStream in = file.getInputStream(list)) {
              String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
              return needed(jars, jar, List.of(text.strip().split(":", -1)));
            }
          }
        }
      }
    }
    if (jars.size() < entries.size()) {
      throw new IOException(
          "only jars can be brought to another host, and these are none: "
              + entries.stream().filter(entry -> !jars.contains(entry)).toList());
    }
    return jars;
  }

  private static List<Path> needed(List<Path> jars, Path own, List<String> names)
      throws IOException {
    List<String> missing = new ArrayList<>(names);
    List<Path> needed = new ArrayList<>();
    for (Path jar : jars) {
      if (missing.remove(LIBRARY + "/" + jar.getFileName()) || jar.equals(own)) {
        needed.add(jar);
      }
    }
    if (!missing.isEmpty()) {
      throw new IOException("the agent needs what is not on the class path: " + missing);
    }
    return needed;
  }

  /** The jars as they are staged. */
  StagedFiles files() throws IOException {
    Map<String, Path> files = new TreeMap<>();
    for (Path jar : jars) {
      files.put(LIBRARY + "/" + jar.getFileName(), jar);
    }
    return StagedFiles.of(files);
  }

  /**
   * The same on another host.
   *
   * @param java the program there
   * @param directory where the jars were staged to
   */
  List<String> javaCommand(String java, String directory) {
    List<String> argv = new ArrayList<>();
    argv.add(java);
    argv.addAll(options);
    argv.addAll(List.of("-cp", directory + "/" + LIBRARY + "/*"));
    return argv;
  }
}
