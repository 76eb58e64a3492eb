package io.qtau.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Files that are brought to a host together, under a name that says what they hold: the hash of the
 * list of their hashes.
 *
 * @param sums the list, as {@code sha256sum -c} reads it
 */
record StagedFiles(SortedMap<String, Path> files, String sums, String hash) {
  private static final String LIST = "SHA256SUMS";

  StagedFiles {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /**
   * @param files by their names below the directory that they are staged to
   */
  static StagedFiles of(Map<String, Path> files) throws IOException {
    SortedMap<String, Path> sorted = new TreeMap<>(files);
    StringBuilder sums = new StringBuilder();
    for (Map.Entry<String, Path> file : sorted.entrySet()) {
      sums.append(sum(file.getValue())).append("  ").append(file.getKey()).append('\n');
    }
    byte[] list = sums.toString().getBytes(StandardCharsets.UTF_8);
    String hash = HexFormat.of().formatHex(sha256().digest(list));
    return new StagedFiles(sorted, sums.toString(), hash);
  }

  /** All files of a directory, below another name. */
  static StagedFiles of(String name, Path directory) throws IOException {
    Map<String, Path> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      all.filter(Files::isRegularFile)
          .forEach(file -> files.put(name + "/" + directory.relativize(file), file));
    }
    return of(files);
  }

  private static String sum(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }

  /** Writes them as an archive, the list first. */
  void archive(OutputStream out) throws IOException {
    TarStream tar = new TarStream(out);
    tar.add(LIST, sums.getBytes(StandardCharsets.UTF_8));
    for (Map.Entry<String, Path> file : files.entrySet()) {
      tar.add(file.getKey(), file.getValue());
    }
    tar.end();
  }
}
