package io.qtau.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What OpenSSH's client files say of a host: {@code ~/.ssh/config}, then {@code
 * /etc/ssh/ssh_config}; the first value of a keyword counts. Read are {@code Host}, {@code Match}
 * (by {@code all}, {@code host} and {@code originalhost}; blocks with other conditions do not
 * apply), {@code Include}, and for a host {@code HostName}, {@code User}, {@code Port}, {@code
 * IdentityFile}, {@code IdentitiesOnly}, {@code IdentityAgent}, {@code ProxyJump}, {@code
 * UserKnownHostsFile}, {@code GlobalKnownHostsFile} and {@code HostKeyAlias}.
 *
 * @param home the user's home directory; its {@code .ssh} need not exist
 */
record SshConfig(Path home) {
  private static final Path SYSTEM = Path.of("/etc/ssh");
  private static final List<String> KEYS = List.of("id_ed25519", "id_ecdsa", "id_rsa");

  /** The account's own. */
  static SshConfig ofThisUser() {
    return new SshConfig(Path.of(System.getProperty("user.home", "/")));
  }

  private Path directory() {
    return home.resolve(".ssh");
  }

  /** All that is needed to log in there. */
  SshTarget target(SshAddress address) throws IOException {
    SshConfigFiles read = new SshConfigFiles(home, address.host());
    read.file(directory().resolve("config"), directory(), 0);
    read.file(SYSTEM.resolve("ssh_config"), SYSTEM, 0);
    String me = System.getProperty("user.name", "");
    String user = address.user() != null ? address.user() : read.value("user", me);
    String hostName = read.value("hostname", "%h").replace("%h", address.host());
    Integer port = address.port();
    Names names = new Names(home.toString(), hostName, me, user);
    return new SshTarget(
        address.host(),
        user,
        hostName,
        port != null ? port : number(read.value("port", "22"), address.host()),
        paths(read.all("identityfile"), names, directory(), KEYS),
        read.value("identitiesonly", "no").equals("yes"),
        agent(read.value("identityagent", "SSH_AUTH_SOCK"), names),
        knownHosts(read, names),
        read.first("hostkeyalias"),
        jumps(read.value("proxyjump", "none")));
  }

  private static int number(String digits, String host) throws IOException {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw new IOException("the SSH configuration of " + host + " has the port " + digits, e);
    }
  }

  private List<Path> knownHosts(SshConfigFiles read, Names names) {
    List<Path> files = new ArrayList<>();
    files.addAll(
        paths(
            read.words("userknownhostsfile"),
            names,
            directory(),
            List.of("known_hosts", "known_hosts2")));
    files.addAll(
        paths(
            read.words("globalknownhostsfile"),
            names,
            SYSTEM,
            List.of("ssh_known_hosts", "ssh_known_hosts2")));
    return files;
  }

  private static List<Path> paths(
      List<String> said, Names names, Path directory, List<String> otherwise) {
    return said.isEmpty()
        ? otherwise.stream().map(directory::resolve).toList()
        : said.stream()
            .filter(p -> !p.equals("none"))
            .map(p -> directory.resolve(names.in(p)))
            .toList();
  }

  private @Nullable Path agent(String said, Names names) {
    String socket =
        switch (said) {
          case "none" -> null;
          case "SSH_AUTH_SOCK" -> System.getenv("SSH_AUTH_SOCK");
          default -> said.startsWith("$") ? System.getenv(said.substring(1)) : names.in(said);
        };
    return socket == null || socket.isEmpty() ? null : directory().resolve(socket);
  }

  private static List<SshAddress> jumps(String said) {
    return said.equals("none") ? List.of() : HostList.parse(said.replace("ssh://", ""));
  }

  /** What the tokens of a path stand for. */
  private record Names(String home, String hostName, String me, String user) {
    String in(String text) {
      String path = text.startsWith("~/") ? home + text.substring(1) : text;
      StringBuilder full = new StringBuilder();
      Matcher token = Pattern.compile("%(.)").matcher(path);
      while (token.find()) {
        String value =
            switch (token.group(1)) {
              case "d" -> home;
              case "h" -> hostName;
              case "u" -> me;
              case "r" -> user;
              case "%" -> "%";
              default -> token.group();
            };
        token.appendReplacement(full, Matcher.quoteReplacement(value));
      }
      return token.appendTail(full).toString();
    }
  }
}
