package io.qtau.launcher;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A tar archive of files, in the POSIX form (ustar): for each a block of 512 bytes with name, mode
 * and size, then its content, filled up to whole blocks; two empty blocks at the end. A name has at
 * most 100 bytes, or 155 more before a slash. Owner and time are left open.
 */
final class TarStream {
  private static final int BLOCK = 512;
  private static final int NAME = 100;

  private final OutputStream out;

  TarStream(OutputStream out) {
    this.out = out;
  }

  void add(String name, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      add(name, in, Files.size(file), Files.isExecutable(file) ? 0755 : 0644);
    }
  }

  void add(String name, byte[] content) throws IOException {
    add(name, new ByteArrayInputStream(content), content.length, 0644);
  }

  /** A file that only its owner may read. */
  void addPrivate(String name, byte[] content) throws IOException {
    add(name, new ByteArrayInputStream(content), content.length, 0600);
  }

  private void add(String name, InputStream content, long size, int mode) throws IOException {
    out.write(header(name, size, mode));
    if (content.transferTo(out) != size) {
      throw new IOException(name + " has changed while it was sent");
    }
    out.write(new byte[(int) (-size & (BLOCK - 1))]);
  }

  private static byte[] header(String name, long size, int mode) throws IOException {
    byte[] header = new byte[BLOCK];
    int split = name.length() <= NAME ? -1 : name.indexOf('/', name.length() - NAME - 1);
    if (name.length() > NAME && (split < 0 || split > 155)) {
      throw new IOException("too long a name for an archive: " + name);
    }
    put(header, 0, name.substring(split + 1));
    put(header, 100, "%07o".formatted(mode));
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, "%011o".formatted(size));
    put(header, 136, "00000000000");
    put(header, 148, "        "); // As the sum itself counts in the sum.
    put(header, 156, "0");
    put(header, 257, "ustar\0" + "00");
    put(header, 345, split < 0 ? "" : name.substring(0, split));
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, "%06o\0".formatted(sum));
    return header;
  }

  private static void put(byte[] header, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, header, offset, bytes.length);
  }

  /** Writes what marks the end. */
  void end() throws IOException {
    out.write(new byte[2 * BLOCK]);
    out.flush();
  }
}
