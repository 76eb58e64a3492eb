package io.qtau.launcher;

import io.qtau.protocol.InvalidField;
import org.jspecify.annotations.Nullable;

/**
 * An SSH server as a user names it: {@code [user@]host[:port]}. What is left out comes from {@code
 * ~/.ssh/config}.
 *
 * @param user null = not said
 * @param host a name, an alias of {@code ~/.ssh/config}, or an address
 * @param port null = not said
 */
record SshAddress(@Nullable String user, String host, @Nullable Integer port) {
  SshAddress {
    if (port != null && (port < 1 || port > 65535)) {
      throw new InvalidField("resource", "the port " + port + " of " + host + " is not 1 to 65535");
    }
  }

  /** As it was written; an IPv6 address has brackets. */
  @Override
  public String toString() {
    return (user == null ? "" : user + "@")
        + (host.indexOf(':') < 0 ? host : "[" + host + "]")
        + (port == null ? "" : ":" + port);
  }
}
