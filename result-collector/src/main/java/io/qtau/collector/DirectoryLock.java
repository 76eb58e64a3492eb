package io.qtau.collector;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The right to write in a directory: a lock on its {@code .lock}, which ends with the process. */
final class DirectoryLock implements Closeable {
  /**
   * The directories that this JVM holds. A POSIX lock ends when its process closes <em>any</em>
   * descriptor of the file, so a second try in this JVM must not even open it.
   */
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel channel;

  private DirectoryLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * @throws DirectoryInUse when another one holds it
   */
  static DirectoryLock take(Path directory) throws IOException {
    Path real = directory.toRealPath();
    if (!HELD_HERE.add(real)) {
      throw new DirectoryInUse(directory);
    }
    try {
      return new DirectoryLock(real, lock(real));
    } catch (IOException | RuntimeException e) {
      HELD_HERE.remove(real);
      throw e;
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        throw new DirectoryInUse(directory);
      }
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      try {
        channel.close();
      } finally {
        HELD_HERE.remove(directory);
      }
    }
  }
}
