package io.qtau.launcher;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An SSH server with all that is needed to log in.
 *
 * @param alias the name that the user gave, for messages
 * @param keys private key files, in the order to try; those that are missing do not matter
 * @param keysOnly whether an agent's other keys are left alone
 * @param agent the socket of ssh-agent; null = none
 * @param knownHosts files, of which those that are missing do not matter; the first is the user's
 * @param hostKeyAlias the name that it has in them; null = its host name
 * @param jumps the servers on the way, in order
 */
record SshTarget(
    String alias,
    String user,
    String hostName,
    int port,
    List<Path> keys,
    boolean keysOnly,
    @Nullable Path agent,
    List<Path> knownHosts,
    @Nullable String hostKeyAlias,
    List<SshAddress> jumps) {
  SshTarget {
    keys = List.copyOf(keys);
    knownHosts = List.copyOf(knownHosts);
    jumps = List.copyOf(jumps);
  }

  /** For messages: the name that was given, and what it stands for where that is another one. */
  @Override
  public String toString() {
    String real = hostName + ":" + port;
    return alias.equals(hostName) ? real : alias + " (" + real + ")";
  }
}
