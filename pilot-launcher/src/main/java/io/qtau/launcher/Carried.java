package io.qtau.launcher;

import io.qtau.templates.Templates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as it is carried out on a host: all that it names is there.
 *
 * @param request names files of that host
 * @param directory the pilot's, on that host, absolute
 * @param secrets what is to be in that directory since the host sees no file of this side, by name
 */
record Carried(PilotRequest request, String directory, Map<String, byte[]> secrets) {
  private static final String CREDENTIAL = "credential";
  private static final String CA = "ca.pem";

  /** The names that {@link #secrets} may have. */
  static final List<String> SECRETS = List.of(CREDENTIAL, CA);

  /** On a host that sees the files of this side. */
  static Carried here(PilotRequest request, String directory) {
    return new Carried(request, directory, Map.of());
  }

  /**
   * On another host, with a copy of the credential there.
   *
   * @param broker where that is, from there
   * @param javaCommand what starts an agent there
   */
  static Carried there(
      PilotRequest request, String directory, String broker, List<String> javaCommand)
      throws IOException {
    Map<String, byte[]> secrets = new HashMap<>();
    secrets.put(CREDENTIAL, Files.readAllBytes(request.credentialFile()));
    if (request.caFile() != null) {
      secrets.put(CA, Files.readAllBytes(request.caFile()));
    }
    PilotRequest there =
        request.at(
            broker,
            Path.of(directory, CREDENTIAL),
            request.caFile() == null ? null : Path.of(directory, CA),
            null,
            javaCommand);
    return new Carried(there, directory, secrets);
  }

  /**
   * The directory of a pilot on its resource.
   *
   * @param parent where such directories lie when the request does not say
   */
  static String directory(PilotRequest request, String parent) {
    String named = request.workingDirectory();
    return (named == null ? parent : named).replaceAll("/+$", "") + "/" + request.name();
  }

  /**
   * The files that it is started with.
   *
   * @param endsMicros when the pilot ends, epoch µs; null = its allocation knows
   */
  PilotFiles files(@Nullable Long endsMicros, Templates... scripts) {
    return PilotFiles.of(
        request, PilotFiles.settings(request, directory, endsMicros), secrets, scripts);
  }
}
