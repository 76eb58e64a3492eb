package io.qtau.cli;

import io.qtau.client.QTau;
import io.qtau.client.QTauException;
import io.qtau.launcher.Allocation;
import io.qtau.launcher.PilotDirectory;
import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.Credential;
import io.qtau.protocol.PilotLogin;
import io.qtau.protocol.PilotName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The credential of each start of a pilot: a file in the pilot's directory, named after its life,
 * and a login at the broker. A start that fails leaves neither, one that succeeds takes those of
 * earlier ones away.
 */
final class PilotCredentials {
  private static final String NAME = "credential.";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path pilots;
  private final QTau broker;

  PilotCredentials(Path pilots, QTau broker) {
    this.pilots = pilots;
    this.broker = broker;
  }

  /**
   * Makes one, and lets the pilot in.
   *
   * @param walltime how long it runs from now on; it may log in for an hour longer; null = until it
   *     ends
   * @return its file
   */
  Path issue(PilotName pilot, @Nullable Duration walltime, boolean ownPoolOnly)
      throws IOException, QTauException, InterruptedException {
    Credential credential = random(pilot);
    Path file = write(pilots, pilot, credential);
    Instant ends = walltime == null ? null : Instant.now().plus(walltime).plus(Duration.ofHours(1));
    try {
      broker.pilotAccess().admit(credential, ends, ownPoolOnly);
    } catch (QTauException | InterruptedException | RuntimeException e) {
      Files.deleteIfExists(file);
      throw e;
    }
    return file;
  }

  /** A new user of a pilot, with a password that nobody knows. */
  static Credential random(PilotName pilot) {
    String life = String.format("%08x", RANDOM.nextInt());
    return Credential.random(new PilotLogin(pilot, life).toString());
  }

  /** Writes it into the pilot's directory, which is made. */
  static Path write(Path pilots, PilotName pilot, Credential credential) throws IOException {
    Path directory =
        Files.createDirectories(
            PilotDirectory.of(pilots, pilot).path(),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path file = directory.resolve(NAME + PilotLogin.parse(credential.user()).life());
    credential.write(file);
    return file;
  }

  /** The pilot did not start. */
  void withdraw(PilotName pilot, Path file)
      throws IOException, QTauException, InterruptedException {
    Files.deleteIfExists(file);
    broker.pilotAccess().dismiss(login(pilot, file));
  }

  /** The pilot has started, so that all earlier ones of its name are gone. */
  void supersede(PilotName pilot, Path file)
      throws IOException, QTauException, InterruptedException {
    for (Path other : files(PilotDirectory.of(pilots, pilot).path())) {
      if (!other.equals(file)) {
        withdraw(pilot, other);
      }
    }
  }

  static PilotLogin login(PilotName pilot, Path file) {
    return new PilotLogin(pilot, file.getFileName().toString().substring(NAME.length()));
  }

  private static List<Path> files(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> file.getFileName().toString().matches("credential\\.[0-9a-f]{8}"))
          .toList();
    }
  }

  /** The logins whose files are there; more than one only while a start is under way. */
  static List<PilotLogin> logins(Allocation pilot) throws IOException {
    return files(pilot.directory().path()).stream().map(file -> login(pilot.name(), file)).toList();
  }

  /** The login of the start that the pilot's settings tell of, if its file is there. */
  static Optional<PilotLogin> current(Allocation pilot) throws IOException {
    Path file = Path.of(pilot.directory().settings().credentialFile());
    return logins(pilot).stream().filter(login -> file(pilot, login).equals(file)).findAny();
  }

  private static Path file(Allocation pilot, PilotLogin login) {
    return pilot.directory().path().resolve(NAME + login.life());
  }

  static void forget(Allocation pilot, PilotLogin login) throws IOException {
    Files.deleteIfExists(file(pilot, login));
  }

  /**
   * The pilot has ended. When its broker is away its files go all the same, and the user is told.
   *
   * @param logins those that it had
   */
  static void dismiss(Console console, Allocation pilot, List<PilotLogin> logins)
      throws IOException, InterruptedException {
    for (PilotLogin login : logins) {
      forget(pilot, login);
    }
    if (logins.isEmpty()) {
      return;
    }
    try (QTau broker =
        QTau.connect(url(pilot.directory()), BrokerOptions.ownCredential(console))
            .withPatience(Duration.ofSeconds(5))) {
      for (PilotLogin login : logins) {
        broker.pilotAccess().dismiss(login);
      }
    } catch (QTauException | IOException e) {
      console.say(
          "the broker still knows the credential of pilot "
              + pilot.name()
              + ", whose file is gone: "
              + Words.of(e));
    }
  }

  /** Where the pilot's broker is, as the pilot was told. */
  static BrokerUrl url(PilotDirectory directory) throws IOException {
    var settings = directory.settings();
    return BrokerUrl.parse(settings.broker())
        .trusting(settings.caFile() == null ? null : Path.of(settings.caFile()));
  }
}
