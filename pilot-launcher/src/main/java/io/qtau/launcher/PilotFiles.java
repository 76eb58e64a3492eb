package io.qtau.launcher;

import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentSettings;
import io.qtau.protocol.WireFormat;
import io.qtau.templates.Templates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files that a pilot is started with, on its resource: scripts, and beside them all that
 * differs from pilot to pilot. Lists are NUL-terminated words: no value can be mistaken for two, or
 * for shell text.
 *
 * @param directory where they go, absolute
 * @param contents by their names
 */
record PilotFiles(String directory, SortedMap<String, byte[]> contents) {
  /** What an earlier pilot of that name may have left there. */
  static final List<String> OLD =
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

  private static final String SETTINGS = "settings.json";
  private static final String ARGV = "argv";

  PilotFiles {
    contents = Collections.unmodifiableSortedMap(new TreeMap<>(contents));
  }

  /**
   * @param endsMicros when the pilot ends, epoch µs; null = its allocation knows
   */
  static AgentSettings settings(PilotRequest request, String directory, @Nullable Long endsMicros) {
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
        .offering(request.offer())
        .ownPoolOnly(request.ownPoolOnly());
  }

  /**
   * @param secrets what lies in the same directory only because the host sees no file of this side
   */
  static PilotFiles of(
      PilotRequest request,
      AgentSettings settings,
      Map<String, byte[]> secrets,
      Templates... scripts) {
    SortedMap<String, byte[]> files = new TreeMap<>(secrets);
    files.put(SETTINGS, WireFormat.encode(settings));
    for (Templates script : scripts) {
      files.put(script.fileName(), bytes(script.text()));
    }
    List<String> argv = new ArrayList<>(request.javaCommand());
    argv.addAll(List.of(AgentProcess.MAIN, settings.directory() + "/" + SETTINGS));
    files.put(ARGV, words(argv));
    NodeSetup setup = request.setup();
    if (!setup.modules().isEmpty()) {
      files.put("modules", words(setup.modules()));
    }
    if (setup.condaEnvironment() != null) {
      files.put("conda", words(List.of(setup.condaEnvironment())));
    }
    if (!setup.commands().isEmpty()) {
      files.put("setup.sh", bytes(String.join("\n", setup.commands()) + "\n"));
    }
    if (request.walltime() != null) {
      files.put("seconds", bytes(Long.toString(request.walltime().toSeconds())));
    }
    return new PilotFiles(settings.directory(), files);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] words(List<String> words) {
    return bytes(String.join("\0", words) + "\0");
  }

  /** Takes all back that a start has written into a pilot's directory there. */
  static void removeFrom(Host host, String directory) throws IOException, InterruptedException {
    List<String> names = new ArrayList<>(OLD);
    names.addAll(List.of(SETTINGS, ARGV));
    names.addAll(Carried.SECRETS);
    for (Templates script : Templates.values()) {
      names.add(script.fileName());
    }
    host.remove(directory, names);
  }

  /** Writes them, and removes what an earlier pilot of this name has left. */
  void writeTo(Host host) throws IOException, InterruptedException {
    host.fill(directory, OLD, contents);
  }
}
