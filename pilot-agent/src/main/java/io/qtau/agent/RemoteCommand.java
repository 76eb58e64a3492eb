package io.qtau.agent;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command that an MPI launcher on another node of the pilot wants to have started here. The
 * launcher has written it for the shell that a login would get, and a shell reads it.
 */
final class RemoteCommand {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteCommand.class);
  private static final int TOLD = 2000;

  private RemoteCommand() {}

  /**
   * @param mark of its processes
   * @param failed hears why it did not do what it should
   */
  static void start(String command, String mark, Consumer<String> failed) {
    try {
      Path said = Files.createTempFile("qtau-launch", null);
      ProcessBuilder builder = new ProcessBuilder(List.of("/bin/sh", "-c", command));
      LaunchEnvironment.clean(builder.environment());
      builder.environment().put(ProcessTree.MARK, mark);
      builder.directory(new File("/"));
      builder.redirectInput(new File("/dev/null"));
      builder.redirectErrorStream(true).redirectOutput(said.toFile());
      Process process = builder.start();
      var unused = process.onExit().thenAccept(ended -> tell(ended.exitValue(), said, failed));
    } catch (IOException e) {
      failed.accept(e.getMessage());
    }
  }

  private static void tell(int code, Path said, Consumer<String> failed) {
    try {
      if (code != 0) {
        byte[] text = Files.readAllBytes(said);
        int from = Math.max(0, text.length - TOLD);
        failed.accept(
            "the launcher's part there ended with "
                + code
                + ": "
                + new String(text, from, text.length - from, StandardCharsets.UTF_8).strip());
      }
      Files.delete(said);
    } catch (IOException e) {
      LOG.debug("what a launcher said", e);
    }
  }
}
