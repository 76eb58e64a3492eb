package io.qtau.system;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file system of its own for a directory, soon full: an ext4 image behind a loop device, or,
 * where there is none, memory.
 */
final class SmallDisk implements AutoCloseable {
  private static final long BYTES = 2L << 30;
  private static final long ROOM_BYTES = 32L << 20;

  private final Path directory;
  private final Path filler;
  private boolean wasFull;

  /**
   * Mounts it.
   *
   * @param image where its image is made; sparse
   */
  SmallDisk(Path image, Path directory) throws IOException {
    this.directory = directory;
    filler = directory.resolve("filler");
    try {
      mountImage(image);
    } catch (AssertionError e) {
      System.out.println("no loop device, memory instead: " + e.getMessage());
      Root.run("mount", "-t", "tmpfs", "-o", "size=" + BYTES, "qtau", directory.toString());
    }
    Root.run("chmod", "700", directory.toString());
  }

  private void mountImage(Path image) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(BYTES);
    }
    Root.run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
    Root.run("mount", "-o", "loop", image.toString(), directory.toString());
  }

  /** Leaves so little free that the broker takes nothing from clients, and enough to live. */
  void fillAlmost() throws IOException {
    long free = Files.getFileStore(directory).getUsableSpace();
    Root.run("fallocate", "-l", Long.toString(free - 16 * ROOM_BYTES), filler.toString());
  }

  /** Leaves no byte free, though others write at the same time: most at once, then bit by bit. */
  void fill() throws IOException {
    wasFull = true;
    long free = Files.getFileStore(directory).getUsableSpace();
    if (free > 2 * ROOM_BYTES) {
      Root.run("fallocate", "-l", Long.toString(free - ROOM_BYTES), filler.toString());
    }
    byte[] some = new byte[4096];
    try (var rest = Files.newOutputStream(filler, CREATE, APPEND)) {
      while (true) {
        rest.write(some);
      }
    } catch (IOException full) {
      assertThat(Files.getFileStore(directory).getUsableSpace())
          .as("free after " + full.getMessage())
          .isLessThan(ROOM_BYTES);
    }
  }

  boolean wasFull() {
    return wasFull;
  }

  void free() throws IOException {
    Files.deleteIfExists(filler);
  }

  @Override
  public void close() {
    Root.run("umount", directory.toString());
  }
}
