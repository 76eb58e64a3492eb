package io.qtau.cli;

import io.qtau.broker.BrokerDaemon;
import io.qtau.protocol.InvalidField;
import io.qtau.protocol.SiteResources;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code qtau broker start}. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = {
      "Starts a broker that stays, and returns when one can connect.",
      "Its port is chosen once and kept with the data, so clients come back after a crash."
    })
final class BrokerStart implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where its data lies (default: broker/ in QTAU_HOME).")
  private @Nullable Path data;

  @Option(
      names = "--port",
      paramLabel = "N",
      converter = PositiveInt.class,
      description = "Where it listens on 127.0.0.1 (default: as last time, else a free port).")
  private @Nullable Integer port;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      converter = ListenAddress.Reader.class,
      description = {
        "Listen there, with TLS only; 0.0.0.0 is every address of this machine,",
        "port 0 the one of last time, else a free one.",
        "Clients check it against ca.pem in QTAU_HOME, which is no secret."
      })
  private @Nullable ListenAddress listen;

  @Option(
      names = "--least-free",
      paramLabel = "MIB",
      converter = PositiveInt.class,
      description = "Refuse new tasks below so much free disk (default: 1024).")
  private @Nullable Integer leastFree;

  @Option(
      names = "--most-in-lane",
      paramLabel = "MIB",
      converter = PositiveInt.class,
      description = "Refuse new tasks to a lane that has more on disk (default: 1048576).")
  private @Nullable Integer mostInLane;

  @Option(
      names = "--most-cores",
      paramLabel = "N",
      converter = PositiveInt.class,
      description = "Refuse tasks that need more cores of a node (default: no limit).")
  private @Nullable Integer mostCores;

  @Option(
      names = "--named-resource",
      paramLabel = "NAME=N",
      description = {
        "All pilots together have so many of a resource that tasks ask for by this name, as",
        "license:gurobi=5; may be given for each of several."
      })
  private List<String> named = new ArrayList<>();

  @Mixin private final JsonOutput json = new JsonOutput();

  BrokerStart(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (port != null && port > 65535) {
      throw new CommandFailed(ExitCode.BAD_INPUT, "--port " + port + " is above 65535");
    }
    if (port != null && listen != null) {
      throw new CommandFailed(ExitCode.BAD_INPUT, "--port and --listen exclude each other");
    }
    Path chosen = data == null ? null : data.toAbsolutePath().normalize();
    BrokerDaemon daemon = new BrokerDaemon(console.home().path());
    String host = listen == null ? null : listen.host();
    int wanted = listen == null ? (port == null ? 0 : port) : listen.port();
    BrokerState state =
        BrokerState.of(daemon.start(chosen, host, wanted, BrokerJava.broker(limits())));
    if (state == null) {
      throw new CommandFailed(ExitCode.UNAVAILABLE, "the broker ended just after its start");
    }
    json.print(console, state, state.text());
    return ExitCode.OK.number();
  }

  private List<String> limits() {
    List<String> properties = new ArrayList<>();
    if (leastFree != null) {
      properties.add("-Dqtau.disk.least.free.bytes=" + ((long) leastFree << 20));
    }
    if (mostInLane != null) {
      properties.add("-Dqtau.lane.most.bytes=" + ((long) mostInLane << 20));
    }
    if (mostCores != null) {
      properties.add("-Dqtau.task.most.cores=" + mostCores);
    }
    if (!named.isEmpty()) {
      properties.add("-Dqtau.named.resources=" + shared().text());
    }
    return properties;
  }

  private SiteResources shared() {
    try {
      return SiteResources.parse(named);
    } catch (InvalidField e) {
      throw new CommandFailed(ExitCode.BAD_INPUT, "--named-resource: " + e.getMessage(), e);
    }
  }
}
