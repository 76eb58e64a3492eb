package io.qtau.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** At which TCP ports a process listens, as the kernel says. */
final class Listeners {
  private static final String LISTENS = "0A";

  private Listeners() {}

  /** Addresses and ports, in the kernel's hexadecimal digits. */
  static List<String> of(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    Set<String> sockets = sockets(process.resolve("fd"));
    List<String> listening = new ArrayList<>();
    for (String table : List.of("net/tcp", "net/tcp6")) {
      for (String line : Files.readAllLines(process.resolve(table))) {
        String[] columns = line.strip().split(" +", -1);
        if (columns[3].equals(LISTENS) && sockets.contains("socket:[" + columns[9] + "]")) {
          listening.add(columns[1]);
        }
      }
    }
    return listening;
  }

  private static Set<String> sockets(Path descriptors) throws IOException {
    Set<String> sockets = new HashSet<>();
    try (var all = Files.list(descriptors)) {
      for (Path descriptor : all.toList()) {
        try {
          sockets.add(Files.readSymbolicLink(descriptor).toString());
        } catch (NoSuchFileException closed) {
          // Meanwhile.
        }
      }
    }
    return sockets;
  }
}
