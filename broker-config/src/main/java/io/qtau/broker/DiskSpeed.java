package io.qtau.broker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Measures how long a disk needs to make 4 KiB durable. */
public final class DiskSpeed {
  private static final int SAMPLES = 100;

  private DiskSpeed() {}

  /** The median of 100 {@code fdatasync} calls, in nanoseconds. */
  public static long medianSyncNanos(Path directory) throws IOException {
    Path file = Files.createTempFile(directory, "sync", ".tmp");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      // The journal writes into files that have their size already; so does this.
      channel.write(ByteBuffer.allocate(SAMPLES * 4096));
      channel.force(false);
      long[] nanos = new long[SAMPLES];
      for (int i = 0; i < SAMPLES; i++) {
        channel.write(ByteBuffer.allocate(4096), i * 4096L);
        long start = System.nanoTime();
        channel.force(false);
        nanos[i] = System.nanoTime() - start;
      }
      Arrays.sort(nanos);
      return nanos[SAMPLES / 2];
    } finally {
      Files.delete(file);
    }
  }
}
