package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.messaging.Credential;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The passwords and keys of a home, looked for wherever others may look. */
final class Secrets {
  private static final Pattern KEY =
      Pattern.compile("BEGIN PRIVATE KEY-----\\s+([A-Za-z0-9+/]{40,})");
  private static final Set<PosixFilePermission> OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private final List<String> values;
  private final Path home;

  private Secrets(List<String> values, Path home) {
    this.values = values;
    this.home = home;
  }

  static Secrets of(Path home) throws IOException {
    List<String> values = new ArrayList<>();
    for (Path file : files(home)) {
      if (file.getFileName().toString().startsWith("credential")) {
        values.add(Credential.read(file).password());
      }
      var key = KEY.matcher(file.toString().endsWith(".pem") ? Files.readString(file) : "");
      if (key.find()) {
        values.add(key.group(1));
      }
    }
    return new Secrets(values, home);
  }

  int count() {
    return values.size();
  }

  /** Whatever holds one is its owner's alone. */
  void assertPrivateIn(Path tree) throws IOException {
    for (Path file : files(tree)) {
      if (isIn(Files.readAllBytes(file))) {
        Set<PosixFilePermission> open = new HashSet<>(Files.getPosixFilePermissions(file));
        open.retainAll(OTHERS);
        assertThat(open).as("%s holds a secret", file).isEmpty();
      }
    }
  }

  void assertNotIn(Path tree) throws IOException {
    for (Path file : files(tree)) {
      assertThat(isIn(Files.readAllBytes(file))).as("%s holds a secret", file).isFalse();
    }
  }

  /** Neither command line nor environment of any process of this home has one. */
  void assertInNoProcess() throws IOException {
    int seen = 0;
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path process : all.filter(p -> p.getFileName().toString().matches("[0-9]+")).toList()) {
        byte[] line = read(process.resolve("cmdline"));
        byte[] environment = read(process.resolve("environ"));
        boolean own = text(line).contains(home.toString());
        if (own || text(environment).contains(home.toString())) {
          seen++;
          assertThat(isIn(line)).as("command line of %s", process).isFalse();
          assertThat(isIn(environment)).as("environment of %s", process).isFalse();
        }
      }
    }
    assertThat(seen).as("broker and agent are looked at").isGreaterThanOrEqualTo(2);
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException goneOrAnothers) {
      return new byte[0];
    }
  }

  private boolean isIn(byte[] content) {
    // The journal keeps texts with two bytes a character.
    String text = text(content).replace("\0", "");
    return values.stream().anyMatch(text::contains);
  }

  private static String text(byte[] content) {
    return new String(content, StandardCharsets.ISO_8859_1);
  }

  private static List<Path> files(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }
}
