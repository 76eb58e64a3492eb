package io.qtau.launcher;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.SftpATTRS;
import com.jcraft.jsch.SftpException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.security.SecureRandom;

/** The files of a host, by SFTP. Paths are names, never patterns. */
final class SshFiles {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int PRIVATE_FILE = 0600;
  private static final int PRIVATE_DIRECTORY = 0700;

  private final SshConnection connection;
  private final ChannelSftp sftp;

  SshFiles(SshConnection connection) throws IOException {
    this.connection = connection;
    sftp = connection.channel("sftp", ChannelSftp.class);
    connection.connect(sftp);
  }

  boolean isOpen() {
    return sftp.isConnected() && !sftp.isClosed();
  }

  /** Writes a file that nobody else can open before it has its mode; whole or not at all. */
  void write(String path, byte[] content, int mode) throws IOException {
    String fresh = path + "." + Long.toHexString(RANDOM.nextLong()) + ".new";
    try {
      makeDirectories(parent(path));
      sftp.put(InputStream.nullInputStream(), name(fresh), ChannelSftp.OVERWRITE);
      sftp.chmod(PRIVATE_FILE, name(fresh));
      sftp.put(new ByteArrayInputStream(content), name(fresh), ChannelSftp.OVERWRITE);
      sftp.chmod(mode, name(fresh));
      sftp.rename(name(fresh), name(path));
    } catch (SftpException e) {
      remove(fresh);
      throw failure("cannot write", path, e);
    }
  }

  private void remove(String path) {
    try {
      sftp.rm(name(path));
    } catch (SftpException notThere) {
      // Or not to be removed: what kept the file from being written is the better thing to tell.
    }
  }

  byte[] tail(String path, int most) throws IOException {
    try {
      SftpATTRS attributes = sftp.stat(name(path));
      long skip = Math.max(0, attributes.getSize() - most);
      try (InputStream in = sftp.get(name(path), null, skip)) {
        return in.readNBytes(most);
      }
    } catch (SftpException e) {
      throw failure("cannot read", path, e);
    }
  }

  private void makeDirectories(String path) throws SftpException {
    if (path.isEmpty() || exists(path)) {
      return;
    }
    makeDirectories(parent(path));
    try {
      sftp.mkdir(path); // The one that takes a name as it is.
      sftp.chmod(PRIVATE_DIRECTORY, name(path));
    } catch (SftpException e) {
      if (!exists(path)) { // Another start may have made it.
        throw e;
      }
    }
  }

  private boolean exists(String path) throws SftpException {
    try {
      sftp.stat(name(path));
      return true;
    } catch (SftpException e) {
      if (e.id == ChannelSftp.SSH_FX_NO_SUCH_FILE) {
        return false;
      }
      throw e;
    }
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "" : path.substring(0, slash);
  }

  /** The library takes names for patterns: a backslash takes that away. */
  private static String name(String path) {
    return path.replaceAll("[\\\\*?]", "\\\\$0");
  }

  private IOException failure(String what, String path, SftpException e) {
    if (!connection.isOpen()) {
      return connection.lost(e);
    }
    if (e.id == ChannelSftp.SSH_FX_NO_SUCH_FILE) {
      return new NoSuchFileException(path, null, "on " + connection.target());
    }
    return new IOException(
        "%s %s on %s: %s".formatted(what, path, connection.target(), e.getMessage()), e);
  }
}
