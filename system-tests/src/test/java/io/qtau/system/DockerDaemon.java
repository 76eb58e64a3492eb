package io.qtau.system;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Docker daemon for the tests alone, with one image: Java, Artemis and QTau's plugin. It ends
 * with this process.
 */
final class DockerDaemon {
  static final String IMAGE = "qtau-broker:test";

  private static final Path SCRIPTS = Path.of("src/test/docker").toAbsolutePath();

  /** Testcontainers has its address from the environment: see the build. */
  private static final Path DIRECTORY = Path.of("target/docker").toAbsolutePath();

  private static boolean running;

  private DockerDaemon() {}

  static synchronized void start() throws Exception {
    if (!running) {
      running = true;
      Runtime.getRuntime().addShutdownHook(new Thread(DockerDaemon::stop, "docker-down"));
      script("up", DIRECTORY.toString());
      script(
          "image",
          Path.of("target/image").toAbsolutePath().toString(),
          IMAGE,
          StockBroker.distribution().toString(),
          Commands.LIBRARY.toString());
    }
  }

  private static void stop() {
    try {
      script("down", DIRECTORY.toString());
    } catch (Exception | AssertionError e) {
      System.err.println("the Docker daemon of the tests goes on: " + e);
    }
  }

  private static void script(String name, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(SCRIPTS.resolve(name).toString()));
    command.addAll(List.of(arguments));
    StockBroker.run(command, Map.of());
  }
}
