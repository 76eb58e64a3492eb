package io.qtau.launcher;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** This machine. The one class here that forks processes which end. */
final class LocalHost implements Host {
  private static final int MOST = 1 << 20;
  private static final int NOT_FOUND = 127;
  private static final int PRIVATE = 0600;

  private final Map<String, String> variables;

  LocalHost() {
    this(Map.of());
  }

  /**
   * @param variables what its commands find in their environment beside this process's own
   */
  LocalHost(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  @Override
  public Ended run(List<String> argv, Duration patience) throws IOException, InterruptedException {
    Process process;
    try {
      ProcessBuilder builder = new ProcessBuilder(argv);
      builder.environment().putAll(variables);
      process = builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null"))).start();
    } catch (IOException e) {
      return new Ended(NOT_FOUND, "", String.valueOf(e.getMessage()));
    }
    var out = CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
    var err = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(argv.get(0) + " has not ended in " + patience.toSeconds() + " s");
      }
      return new Ended(process.exitValue(), out.join(), err.join());
    } finally {
      process.destroyForcibly();
    }
  }

  /** Reads to the end, so that the command is never held up. */
  private static String read(InputStream stream) {
    try (stream) {
      String text = new String(stream.readNBytes(MOST), StandardCharsets.UTF_8);
      stream.transferTo(OutputStream.nullOutputStream());
      return text;
    } catch (IOException ended) {
      return "";
    }
  }

  @Override
  public void write(String path, byte[] content, int mode) throws IOException {
    Path file = file(path);
    Path directory = file.resolveSibling(".").normalize();
    createDirectories(directory);
    Path fresh = Files.createTempFile(directory, "", ".new"); // Private, whatever the mode.
    try {
      Files.write(fresh, content);
      Files.setPosixFilePermissions(fresh, permissions(mode));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  @Override
  public void fill(String directory, List<String> old, SortedMap<String, byte[]> files)
      throws IOException, InterruptedException {
    remove(directory, old);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      write(directory + "/" + file.getKey(), file.getValue(), PRIVATE);
    }
  }

  @Override
  public String shown(String path) {
    return path;
  }

  private static void createDirectories(Path directory) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values(); // From owner read to others execute.
    for (int bit = 0; bit < all.length; bit++) {
      if ((mode >> (all.length - 1 - bit) & 1) == 1) {
        permissions.add(all[bit]);
      }
    }
    return permissions;
  }

  @Override
  public byte[] tail(String path, int most) throws IOException {
    try (var file = Files.newByteChannel(file(path))) {
      file.position(Math.max(0, file.size() - most));
      return Channels.newInputStream(file).readNBytes(most);
    }
  }

  private static Path file(String path) {
    return Path.of(System.getProperty("user.home", ".")).resolve(path).toAbsolutePath();
  }

  @Override
  public void close() {}
}
