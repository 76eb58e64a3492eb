package io.qtau.launcher;

import io.qtau.templates.Templates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings what an agent needs to a host, once for each version: its jars, and a Java where there is
 * none. Nothing is downloaded there. Several may do it at once.
 *
 * @param runtime what agents are started with on this host
 * @param images where a Java for others is kept
 */
record RuntimeStaging(AgentRuntime runtime, StagedFiles jars, JavaImage images) {
  private static final Duration LOOK = Duration.ofSeconds(60);
  private static final Duration PUT = Duration.ofMinutes(30);

  /**
   * A host that is ready for agents.
   *
   * @param home of the account there
   * @param javaCommand what starts an agent there, without its class
   */
  record Staged(String home, List<String> javaCommand) {}

  /** What {@code runtime.sh look} has told. */
  private record Looked(String home, String machine, @Nullable String java, List<String> have) {
    static Looked parse(String lines) {
      return new Looked(
          first(lines, "home").orElse("/"),
          first(lines, "machine").orElse(""),
          first(lines, "java").orElse(null),
          all(lines, "have"));
    }

    private static Optional<String> first(String lines, String key) {
      return all(lines, key).stream().findFirst();
    }

    private static List<String> all(String lines, String key) {
      return lines
          .lines()
          .filter(line -> line.startsWith(key + " "))
          .map(line -> line.substring(key.length() + 1))
          .toList();
    }

    String directory(StagedFiles files) {
      return home + "/.qtau/runtime/" + files.hash();
    }
  }

  static RuntimeStaging of(List<String> javaCommand, Path cache) throws IOException {
    AgentRuntime runtime = AgentRuntime.of(javaCommand);
    return new RuntimeStaging(runtime, runtime.files(), new JavaImage(cache));
  }

  /**
   * Makes a host ready. On return all is there, whole.
   *
   * @throws IOException when that cannot be; the message names the host
   */
  Staged stage(SshHost host) throws IOException, InterruptedException {
    Looked looked = look(host, List.of(jars.hash()));
    put(host, looked, jars);
    String java = looked.java();
    if (java == null) {
      StagedFiles image = image(host, looked.machine());
      put(host, look(host, List.of(image.hash())), image);
      java = looked.directory(image) + "/java/bin/java";
    }
    return new Staged(looked.home(), runtime.javaCommand(java, looked.directory(jars)));
  }

  private StagedFiles image(SshHost host, String machine) throws IOException, InterruptedException {
    String here = System.getProperty("os.arch", "").replace("amd64", "x86_64");
    if (!machine.equals(here)) {
      throw new IOException(
          "%s has no Java 17 or later, and the one that can be brought along is for %s, not for %s; install Java there"
              .formatted(host, here, machine));
    }
    return images.make(runtime, jars.hash());
  }

  private static Looked look(SshHost host, List<String> hashes)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("look"));
    arguments.addAll(hashes);
    return Looked.parse(said(host, host.run(Templates.RUNTIME.call(arguments), LOOK)));
  }

  private static void put(SshHost host, Looked looked, StagedFiles files)
      throws IOException, InterruptedException {
    if (looked.have().contains(files.hash())) {
      return;
    }
    String unused =
        said(
            host,
            host.feed(Templates.RUNTIME.call(List.of("put", files.hash())), files::archive, PUT));
  }

  private static String said(SshHost host, Host.Ended ended) throws IOException {
    if (ended.code() != 0) {
      throw new IOException("cannot stage QTau on %s: %s".formatted(host, ended.err().strip()));
    }
    return ended.out();
  }
}
