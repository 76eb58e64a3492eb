package io.qtau.system;

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

  private final Path directory;
  private final Path filler;

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

  /** Leaves no byte free. */
  void fill() throws IOException {
    long free = Files.getFileStore(directory).getUsableSpace();
    Root.run("fallocate", "-l", Long.toString(free), filler.toString());
  }

  void free() throws IOException {
    Files.deleteIfExists(filler);
  }

  @Override
  public void close() {
    Root.run("umount", directory.toString());
  }
}
