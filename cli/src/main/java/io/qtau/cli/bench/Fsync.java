package io.qtau.cli.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** How long the disk takes to keep something. */
public final class Fsync {
  private static final int ROUNDS = 101;
  private static final int BYTES = 4096;

  private Fsync() {}

  /** The median of 101 times writing 4 KiB and waiting for the disk (fdatasync), in ms. */
  public static double medianMillis(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path file = Files.createTempFile(directory, "fsync", ".tmp");
    long[] nanos = new long[ROUNDS];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(BYTES * ROUNDS), 0);
      channel.force(true);
      for (int i = 0; i < ROUNDS; i++) {
        long start = System.nanoTime();
        channel.write(ByteBuffer.allocate(BYTES), (long) i * BYTES);
        channel.force(false);
        nanos[i] = System.nanoTime() - start;
      }
    } finally {
      Files.delete(file);
    }
    Arrays.sort(nanos);
    return Math.round(nanos[ROUNDS / 2] / 1e3) / 1e3;
  }
}
