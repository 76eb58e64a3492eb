package io.qtau.broker;

import io.qtau.messaging.BrokerUrl;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.WireFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** What a running broker leaves in its owner's home, so that the other commands find it. */
record BrokerState(long pid, String url, String data) {
  private static final String NAME = "broker.json";

  static BrokerState of(long pid, EmbeddedBroker broker) {
    return new BrokerState(pid, broker.url().toString(), broker.data().toString());
  }

  BrokerUrl url(Path home) {
    return BrokerUrl.parse(url).trusting(new TlsFiles(home).authority());
  }

  static Optional<BrokerState> read(Path home) throws IOException {
    try {
      return Optional.of(
          WireFormat.decode(Files.readAllBytes(home.resolve(NAME)), BrokerState.class));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (MalformedMessage e) {
      throw new IOException(home.resolve(NAME) + " cannot be read: " + e.getMessage(), e);
    }
  }

  void write(Path home) throws IOException {
    Path fresh =
        Files.createTempFile(
            home,
            NAME,
            ".tmp",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(fresh, WireFormat.encode(this));
    Files.move(fresh, home.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
  }

  static void remove(Path home) {
    try {
      Files.deleteIfExists(home.resolve(NAME));
    } catch (IOException e) {
      System.err.println("qtau-broker: " + e.getMessage());
    }
  }

  /** Whether its process lives and is a broker: a pid alone may have gone to somebody else. */
  boolean isAlive() {
    try {
      byte[] command = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline"));
      return new String(command, StandardCharsets.UTF_8).contains(BrokerMain.class.getName());
    } catch (IOException gone) {
      return false;
    }
  }
}
