package io.qtau.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The process that keeps a pilot's tunnel open. Its only argument is the pilot's directory on this
 * side. It ends on TERM, when none of the pilot's agents is left, and with 1 when the tunnel cannot
 * be opened a first time. It listens nowhere on this side.
 */
public final class TunnelMain {
  private final PilotDirectory directory;
  private Tunnel tunnel;

  private TunnelMain(PilotDirectory directory, Tunnel tunnel) {
    this.directory = directory;
    this.tunnel = tunnel;
  }

  /** Runs until the tunnel is not needed any more. */
  public static void main(String[] args) throws Exception {
    if (args.length != 1) {
      System.err.println("qtau-tunnel: needs one argument, the pilot's directory");
      System.exit(2);
    }
    PilotDirectory directory = new PilotDirectory(Path.of(args[0]));
    Tunnel tunnel =
        directory
            .read(Tunnel.FILE, Tunnel.class)
            .orElseThrow(() -> new IOException("there is no " + Tunnel.FILE + " in " + args[0]));
    new TunnelMain(directory, tunnel).run();
  }

  private void run() throws IOException, InterruptedException {
    SshConfig config = new SshConfig(Path.of(tunnel.home()));
    List<Thread> threads = new ArrayList<>();
    for (int number = 0; number < tunnel.ends().size(); number++) {
      int own = number;
      SshAddress address = HostList.parse(tunnel.ends().get(number).host()).get(0);
      SshHost host = new SshHost(config, address);
      TunnelEnd end =
          new TunnelEnd(
              host,
              tunnel,
              number,
              need(config, host),
              port -> opened(own, port),
              words -> log(address + ": " + words));
      threads.add(new Thread(() -> keep(end), "tunnel-" + number));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    log("no agent is left");
  }

  /** As long as agents run on that host, or the pilot's allocation may have some. */
  private TunnelEnd.Need need(SshConfig config, SshHost host) throws IOException {
    if (directory.resource().isBatch()) {
      Allocation pilot = new Allocation(directory.name(), directory);
      Launchers launchers = new Launchers(directory.path().resolveSibling("."), config);
      return () ->
          launchers.states(List.of(pilot)).values().stream().allMatch(AllocationState::isAlive);
    }
    SshPilot pilot =
        SshPilot.read(directory)
            .orElseThrow(() -> new IOException(directory.path() + " is not that of a pilot"));
    List<SshPilot.Agent> agents = pilot.byHost().getOrDefault(host.address(), List.of());
    return () -> new SshAgents(host).states(agents).contains(SshAgents.State.ALIVE);
  }

  private static void keep(TunnelEnd end) {
    try {
      end.keep();
    } catch (IOException e) {
      log(String.valueOf(e.getMessage()));
      System.exit(1);
    } catch (InterruptedException nobodyShould) {
      log("interrupted");
      System.exit(1);
    }
  }

  private synchronized void opened(int number, int port) throws IOException {
    tunnel = tunnel.with(number, port);
    directory.write(Tunnel.FILE, tunnel);
  }

  private static void log(String words) {
    System.out.println(Instant.now() + " " + words);
  }
}
