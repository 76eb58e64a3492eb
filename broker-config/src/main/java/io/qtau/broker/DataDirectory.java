package io.qtau.broker;

import io.qtau.broker.BrokerException.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * A broker's directory: locked while a broker has it, marked with the version that wrote it, and
 * keeping the port, so that clients find the broker again after a crash.
 */
final class DataDirectory implements AutoCloseable {
  private static final String VERSION = "1";

  private final Path path;
  private final RandomAccessFile lockFile;

  private DataDirectory(Path path, RandomAccessFile lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  static DataDirectory open(Path path) throws BrokerException {
    try {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      DataDirectory directory = lock(path);
      try {
        directory.checkVersion();
        return directory;
      } catch (BrokerException | IOException e) {
        directory.close();
        throw e;
      }
    } catch (IOException e) {
      throw new BrokerException(
          Kind.FAILED, "the data directory " + path + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static DataDirectory lock(Path path) throws IOException, BrokerException {
    RandomAccessFile file = new RandomAccessFile(path.resolve("lock").toFile(), "rw");
    @Nullable FileLock lock;
    try {
      lock = file.getChannel().tryLock();
    } catch (OverlappingFileLockException sameProcess) {
      lock = null;
    }
    if (lock == null) {
      String holder = file.readLine();
      file.close();
      throw new BrokerException(
          Kind.DATA_IN_USE,
          "the data directory "
              + path
              + " is in use by another broker"
              + (holder == null ? "" : " (pid " + holder + ")")
              + "; stop it first, or name another directory");
    }
    file.setLength(0);
    file.writeBytes(ProcessHandle.current().pid() + "\n");
    return new DataDirectory(path, file);
  }

  private void checkVersion() throws IOException, BrokerException {
    String found = read("version");
    if (found == null) {
      Files.writeString(path.resolve("version"), VERSION + "\n");
    } else if (!found.equals(VERSION)) {
      throw new BrokerException(
          Kind.OTHER_VERSION,
          "the data in "
              + path
              + " have version "
              + found
              + "; this QTau reads version "
              + VERSION
              + ". Use the QTau that wrote them, or name another directory");
    }
  }

  /** The port to listen on: the wanted one, else the kept one, else a free one; it is kept. */
  int port(int wanted) throws IOException {
    String kept = read("port");
    int port =
        wanted != 0 ? wanted : kept != null ? Integer.parseInt(kept) : EmbeddedBroker.freePort();
    Files.writeString(path.resolve("port"), port + "\n");
    return port;
  }

  /** How long a sync of this disk takes, measured when the directory is new. */
  long syncNanos() throws IOException {
    String kept = read("fsync-ns");
    if (kept != null) {
      return Long.parseLong(kept);
    }
    long measured = DiskSpeed.medianSyncNanos(path);
    Files.writeString(path.resolve("fsync-ns"), measured + "\n");
    return measured;
  }

  private @Nullable String read(String name) throws IOException {
    Path file = path.resolve(name);
    return Files.exists(file) ? Files.readString(file).strip() : null;
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new IllegalStateException("the lock of " + path + " cannot be released", e);
    }
  }
}
