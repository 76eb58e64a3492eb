package io.qtau.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A Java for hosts that have none: what the agent's jars need of this side's JDK, put together once
 * by {@code jlink} and kept.
 *
 * @param cache the directory that keeps it
 */
record JavaImage(Path cache) {
  /** What {@code jdeps} cannot see: elliptic curves for TLS, which are found by name. */
  private static final List<String> UNSEEN = List.of("jdk.crypto.ec", "jdk.unsupported");

  private static final Path JDK = Path.of(System.getProperty("java.home", ""));

  /**
   * The image for an agent, made when it is not there yet.
   *
   * @throws IOException when this side's Java is no whole JDK, or the disk is full
   */
  StagedFiles make(AgentRuntime runtime, String hash) throws IOException, InterruptedException {
    Path image = cache.resolve("java-" + Runtime.version().feature() + "-" + hash.substring(0, 16));
    Files.createDirectories(cache);
    // It is much work: who comes meanwhile, from this process or another, waits for it.
    synchronized (JavaImage.class) {
      try (FileChannel file =
              FileChannel.open(
                  cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock unused = file.lock()) {
        if (!Files.isDirectory(image)) {
          makeNew(runtime, image);
        }
      }
    }
    return StagedFiles.of("java", image);
  }

  private void makeNew(AgentRuntime runtime, Path image) throws IOException, InterruptedException {
    Path fresh = Files.createTempDirectory(cache, ".new");
    try {
      Path java = fresh.resolve("java");
      link(modules(runtime), java);
      // What a JDK brings along: without the archive of its own classes each start takes longer.
      String unused = run(List.of(java.resolve("bin/java").toString(), "-Xshare:dump"));
      Files.move(java, image, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      delete(fresh);
    }
  }

  private static Set<String> modules(AgentRuntime runtime)
      throws IOException, InterruptedException {
    List<String> argv = tool("jdeps");
    argv.addAll(List.of("--print-module-deps", "--ignore-missing-deps", "--multi-release", "17"));
    // From its own jar on, by class path: some of the others are modules that lack further ones.
    argv.addAll(List.of("--recursive", "-cp", runtime.classPath(), runtime.agent().toString()));
    Set<String> modules = new TreeSet<>(List.of(run(argv).strip().split(",", -1)));
    modules.addAll(UNSEEN);
    return modules;
  }

  private static void link(Set<String> modules, Path image)
      throws IOException, InterruptedException {
    List<String> argv = tool("jlink");
    argv.addAll(List.of("--add-modules", String.join(",", modules), "--output", image.toString()));
    argv.addAll(List.of("--strip-debug", "--no-man-pages", "--no-header-files", "--compress=2"));
    String unused = run(argv);
  }

  private static List<String> tool(String name) throws IOException {
    Path program = JDK.resolve("bin").resolve(name);
    if (!Files.isExecutable(program)) {
      throw new IOException(
          "the host has no Java 17, and none can be made for it: "
              + JDK
              + " has no "
              + name
              + "; install a whole JDK here, or Java 17 there");
    }
    return new ArrayList<>(List.of(program.toString(), "-J-Xmx512m"));
  }

  private static String run(List<String> argv) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(argv)
            .redirectErrorStream(true)
            .redirectInput(new File("/dev/null"))
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(argv.get(0) + " failed: " + said.strip());
    }
    return said;
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
