package io.qtau.launcher;

import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentSettings;
import io.qtau.protocol.WireFormat;
import io.qtau.templates.Templates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files that a pilot is started with, on its resource: scripts, and beside them all that
 * differs from pilot to pilot. Lists are NUL-terminated words: no value can be mistaken for two, or
 * for shell text.
 *
 * @param directory absolute, on the host
 */
record PilotFiles(Host host, String directory) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PRIVATE = 0600;
  private static final List<String> OLD =
      List.of(
          AgentFiles.DIRECTORY,
          "id",
          "exit",
          "allocation.out",
          "allocation.err",
          "modules",
          "conda",
          "setup.sh",
          "seconds");

  String settingsFile() {
    return directory + "/settings.json";
  }

  AgentSettings settings(PilotRequest request, @Nullable Long endsMicros) {
    return new AgentSettings(
            new AgentName(request.name(), 0),
            request.broker(),
            request.credentialFile().toString(),
            request.caFile() == null ? null : request.caFile().toString(),
            directory,
            request.resource().toString(),
            request.cores(),
            endsMicros,
            request.owner(),
            request.leave())
        .offering(request.offer());
  }

  /** Writes them, and removes what an earlier pilot of this name has left. */
  void write(PilotRequest request, AgentSettings settings, Templates... scripts)
      throws IOException, InterruptedException {
    remove(OLD);
    host.write(settingsFile(), WireFormat.encode(settings), PRIVATE);
    for (Templates script : scripts) {
      put(script.fileName(), script.text());
    }
    List<String> argv = new ArrayList<>(request.javaCommand());
    argv.addAll(List.of(AgentProcess.MAIN, settingsFile()));
    put("argv", words(argv));
    NodeSetup setup = request.setup();
    if (!setup.modules().isEmpty()) {
      put("modules", words(setup.modules()));
    }
    if (setup.condaEnvironment() != null) {
      put("conda", words(List.of(setup.condaEnvironment())));
    }
    if (!setup.commands().isEmpty()) {
      put("setup.sh", String.join("\n", setup.commands()) + "\n");
    }
    if (request.walltime() != null) {
      put("seconds", Long.toString(request.walltime().toSeconds()));
    }
  }

  private void put(String name, String text) throws IOException {
    host.write(directory + "/" + name, text.getBytes(StandardCharsets.UTF_8), PRIVATE);
  }

  private static String words(List<String> words) {
    return String.join("\0", words) + "\0";
  }

  /** Removes all of it. */
  void removeAll() throws IOException, InterruptedException {
    remove(List.of(""));
  }

  private void remove(List<String> names) throws IOException, InterruptedException {
    List<String> argv = new ArrayList<>(List.of("rm", "-rf", "--"));
    names.forEach(name -> argv.add(directory + "/" + name));
    Host.Ended ended = host.run(argv, PATIENCE);
    if (ended.code() != 0) {
      throw new IOException(Scheduler.words(ended));
    }
  }
}
