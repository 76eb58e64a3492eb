package io.qtau.cli;

import io.qtau.cli.bench.Fsync;
import io.qtau.cli.bench.RawLoop;
import io.qtau.cli.bench.RoundTrips;
import io.qtau.cli.bench.Throughput;
import io.qtau.client.QTau;
import io.qtau.protocol.Payload;
import io.qtau.protocol.SessionName;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code qtau bench}: what this machine reaches, beside a bare loop over the same broker. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures tasks per second and round trips on a broker and a pilot of its own.",
      "Everything is warmed up first. raw_tasks_per_s and raw_rtt_ms are a bare loop of the core API"
          + " in the same run: send, take, result and ack in one transaction, collect."
    })
final class BenchCommand implements Callable<Integer> {
  private static final int WARM_UP = 10_000;
  private static final int WARM_TRIPS = 500;
  private static final int TRIPS = 300;

  private final Console console;

  /** What is measured. */
  enum Workload {
    /** Tasks that do nothing. */
    noop(20_000),
    /** One task after the other. */
    rtt(1_000),
    /** {@code /bin/true}. */
    exec(2_000);

    private final int usual;

    Workload(int usual) {
      this.usual = usual;
    }

    Payload payload() {
      return this == exec ? Payload.Exec.of("/bin/true") : new Payload.Noop();
    }
  }

  @Parameters(paramLabel = "noop|rtt|exec", description = "What to measure.")
  private Workload workload = Workload.noop;

  @Option(
      names = "-n",
      paramLabel = "N",
      converter = PositiveInt.class,
      description = "How many tasks (default: noop 20000, rtt 1000, exec 2000).")
  private @Nullable Integer n;

  @Option(
      names = "--cores",
      paramLabel = "N",
      converter = PositiveInt.class,
      description = "Cores of the pilot (default: all).")
  private @Nullable Integer cores;

  @Mixin private final JsonOutput json = new JsonOutput();

  BenchCommand(Console console) {
    this.console = console;
  }

  /** What {@code --json} prints. */
  record Measured(
      String workload,
      int n,
      double tasksPerS,
      RoundTrips.Millis rttMs,
      double rawTasksPerS,
      RoundTrips.Millis rawRttMs,
      int cores,
      double fsyncMs) {
    String text() {
      return String.format(
          Locale.ROOT,
          "%s, n = %d, %d cores: %.0f tasks/s (bare loop %.0f/s)%n"
              + "round trip p50 %.2f, p90 %.2f, p99 %.2f, max %.2f ms (bare p50 %.2f);"
              + " fsync %.2f ms",
          workload,
          n,
          cores,
          tasksPerS,
          rawTasksPerS,
          rttMs.p50(),
          rttMs.p90(),
          rttMs.p99(),
          rttMs.max(),
          rawRttMs.p50(),
          fsyncMs);
    }
  }

  @Override
  public Integer call() throws Exception {
    console.interruption().arm();
    SessionName name = RandomName.session();
    try (OwnSite site = new OwnSite(console, name, cores)) {
      site.open();
      try (QTau qtau = QTau.connect(site.url(), site.credential())) {
        Measured measured = measure(site, qtau);
        json.print(console, measured, measured.text());
      }
    }
    return ExitCode.OK.number();
  }

  private Measured measure(OwnSite site, QTau qtau) throws Exception {
    int count = n == null ? workload.usual : n;
    double fsync = Fsync.medianMillis(console.home().path());
    tell("warming up");
    RawLoop raw = new RawLoop(site.url(), site.credential());
    raw.perSecond(WARM_UP);
    new Throughput(qtau, new Payload.Noop()).perSecond(WARM_UP);
    if (workload == Workload.exec) {
      new Throughput(qtau, workload.payload()).perSecond(Math.min(count, WARM_TRIPS));
    }
    RoundTrips.measure(qtau, WARM_TRIPS);
    raw.tripMillis(WARM_TRIPS);
    tell("measuring " + workload + ", n = " + count);
    boolean trips = workload == Workload.rtt;
    RoundTrips.Sample rtt = RoundTrips.measure(qtau, trips ? count : TRIPS);
    double rate =
        trips ? rtt.perSecond() : new Throughput(qtau, workload.payload()).perSecond(count);
    RoundTrips.Millis bareTrip = raw.tripMillis(TRIPS);
    double bare = raw.perSecond(count);
    return new Measured(
        workload.name(),
        count,
        rounded(rate),
        rtt.millis(),
        rounded(bare),
        bareTrip,
        site.cores(),
        fsync);
  }

  private void tell(String what) {
    if (console.interruption().requested()) {
      throw new CommandFailed(ExitCode.INTERRUPTED, "interrupted");
    }
    console.say(what);
  }

  private static double rounded(double perSecond) {
    return Math.round(perSecond * 10) / 10.0;
  }
}
