package io.qtau.launcher;

import io.qtau.system.SshServer;
import io.qtau.system.SshSite;
import java.nio.file.Path;
import java.util.Map;

/** A host behind a real SSH server, for the contract of launchers. */
final class FarHome implements AutoCloseable {
  private final SshSite site;
  private final SshServer server;

  /**
   * @param variables what its commands find in their environment
   */
  FarHome(Path directory, Map<String, String> variables) throws Exception {
    site = new SshSite(directory);
    server = site.server("login", variables);
  }

  SshConfig config() {
    return new SshConfig(site.home());
  }

  /** Agents that are shell scripts need nothing there. */
  Staging nothingToStage() {
    String home = server.home().toString();
    return request -> host -> new RuntimeStaging.Staged(home, request.javaCommand());
  }

  BatchSite batchSite() {
    SshHost login = new SshHost(config(), HostList.parse("login").get(0));
    return new FarSite(login, config(), nothingToStage());
  }

  @Override
  public void close() throws Exception {
    site.close();
  }
}
