package io.qtau.pilot;

import io.qtau.launcher.Allocation;
import io.qtau.protocol.PilotLogin;
import io.qtau.protocol.PilotName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The credential files of a pilot. A start that fails leaves none, one that succeeds takes those of
 * earlier ones away: there is more than one only while a start is under way.
 */
record LoginFiles(PilotName pilot, Path directory) {
  private static final String NAME = "credential.";

  static LoginFiles of(Allocation pilot) {
    return new LoginFiles(pilot.name(), pilot.directory().path());
  }

  Path of(PilotLogin login) {
    return directory.resolve(NAME + login.life());
  }

  /** The logins whose files are there. */
  List<PilotLogin> all() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.matches("credential\\.[0-9a-f]{8}"))
          .map(file -> new PilotLogin(pilot, file.substring(NAME.length())))
          .toList();
    }
  }

  /** The login of the start that the pilot's settings tell of, if its file is there. */
  static Optional<PilotLogin> current(Allocation pilot) throws IOException {
    Path file = Path.of(pilot.directory().settings().credentialFile());
    LoginFiles files = of(pilot);
    return files.all().stream().filter(login -> files.of(login).equals(file)).findAny();
  }

  void forget(PilotLogin login) throws IOException {
    Files.deleteIfExists(of(login));
  }
}
