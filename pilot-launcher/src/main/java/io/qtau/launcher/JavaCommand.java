package io.qtau.launcher;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The argument lists of further JVMs: the same Java, class path and class archive as this one's.
 */
public final class JavaCommand {
  private JavaCommand() {}

  /**
   * For an agent: small, since many may share a node; room for what tasks of 8 MiB need. The jar
   * {@code qtau-pilot-agent} and what that needs must be on the class path of this JVM.
   */
  public static List<String> agent() {
    return of(
        "-Xms24m",
        "-Xmx512m",
        "-Xmn12m",
        "-XX:+UseSerialGC",
        "-XX:MinHeapFreeRatio=10",
        "-XX:MaxHeapFreeRatio=25",
        "-XX:TieredStopAtLevel=1");
  }

  /** With these options of the JVM, and without a main class. It may be called in any directory. */
  public static List<String> of(String... options) {
    List<String> argv = new ArrayList<>();
    argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    argv.addAll(List.of(options));
    String archive = System.getProperty("qtau.cds", "");
    if (!archive.isEmpty() && Files.isReadable(Path.of(archive))) {
      argv.addAll(
          List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:disable", "-Dqtau.cds=" + archive));
    }
    argv.add("-Djdk.lang.Process.launchMechanism=VFORK");
    argv.addAll(List.of("-cp", absolute(System.getProperty("java.class.path", ""))));
    return argv;
  }

  /** An empty entry is the directory that this JVM was started in. */
  static String absolute(String classPath) {
    return Arrays.stream(classPath.split(Pattern.quote(File.pathSeparator), -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
