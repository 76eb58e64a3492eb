package io.qtau.agent;

import io.qtau.protocol.MpiFacts;
import io.qtau.protocol.MpiLayout;
import io.qtau.protocol.Output;
import io.qtau.protocol.TaskError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads out of a launcher's two streams how an MPI program went. */
final class MpiOutcome {
  /** What all ranks' outputs together have in a result, beside the merged ones. */
  private static final int BYTES = 40 << 10;

  private static final int LEAST_PER_RANK = 128;
  private static final int MOST_PER_RANK = 4 << 10;
  private static final int RANKS_TOLD = 128;

  private final Execution execution;
  private final MpiLayout layout;
  private final LaunchEnd end;
  private final RankReport report;

  MpiOutcome(Execution execution, MpiLayout layout, LaunchEnd end) {
    this.execution = execution;
    this.layout = layout;
    this.end = end;
    report = new RankReport(end.plan().ranks().nonce());
  }

  /** When it is over, and with what its gang has to say of it. */
  Outcome read(Gang gang) throws IOException {
    Path out = execution.directory().resolve(WorkDirectory.STDOUT);
    Path err = execution.directory().resolve(CapturedFile.STDERR);
    RankStreams stdout = read(out);
    RankStreams stderr = read(err);
    List<RankReport.End> failed = report.failed();
    TaskError broken = gang.broken().orElse(null);
    TaskError error =
        broken != null ? broken : error(failed, gang.suspected().orElse(null), stderr);
    return new Outcome(
        error == null,
        failed.isEmpty() ? end.exitCode() : failed.get(0).code(),
        null,
        null,
        null,
        keep(stdout, out),
        keep(stderr, err),
        error,
        null,
        null,
        facts(failed, stdout, stderr));
  }

  private RankStreams read(Path file) throws IOException {
    int perRank = Math.max(LEAST_PER_RANK, Math.min(MOST_PER_RANK, BYTES / 2 / layout.ranks()));
    RankStreams stream =
        new RankStreams(end.plan().command().labels(), report, layout.ranks(), perRank);
    stream.read(file);
    return stream;
  }

  private static Output keep(RankStreams stream, Path file) throws IOException {
    Output merged = stream.merged(file);
    if (!merged.truncated()) {
      Files.delete(file);
    }
    return merged;
  }

  private @Nullable TaskError error(
      List<RankReport.End> failed, @Nullable TaskError suspected, RankStreams stderr) {
    if (!failed.isEmpty()) {
      RankReport.End first = failed.get(0);
      return new TaskError(
          "RankFailed",
          "rank %d of %d, on %s, ended with %s; %s"
              .formatted(
                  first.rank(),
                  layout.ranks(),
                  report.host(first.rank()),
                  words(first.code()),
                  layout.ranks() == 1 ? "it was alone" : "all others were ended with it"));
    }
    if (end.exitCode() == 0) {
      return null;
    }
    if (suspected != null) {
      return suspected;
    }
    String said = stderr.launcher();
    return new TaskError(
        "LauncherFailed",
        "%s ended with %s, and %d of %d ranks had begun%s"
            .formatted(
                end.plan().launcher(),
                words(end.exitCode()),
                report.count(),
                layout.ranks(),
                said.isEmpty() ? "" : "; it said: " + said));
  }

  private static String words(int code) {
    return code > 128
        ? "exit code " + code + " (signal " + (code - 128) + ")"
        : "exit code " + code;
  }

  private MpiFacts facts(List<RankReport.End> failed, RankStreams stdout, RankStreams stderr) {
    MpiPlan plan = end.plan();
    Set<Integer> told = new TreeSet<>();
    failed.forEach(one -> told.add(one.rank()));
    IntStream.range(0, Math.min(layout.ranks(), RANKS_TOLD)).forEach(told::add);
    Double begun = report.begun();
    Double ended = report.ended();
    return new MpiFacts(
        layout.ranks(),
        layout.ranksPerNode(),
        plan.ranks().nodes().stream().map(MpiNode::name).toList(),
        plan.launcher(),
        plan.library() == null ? null : plan.library().word(),
        plan.plugin() == null ? null : plan.plugin().word(),
        plan.ranks().isBound(),
        rounded(end.gatherSeconds()),
        rounded(end.prepareSeconds()),
        begun == null ? null : Double.valueOf(rounded(begun - end.startUptime())),
        ended == null ? null : Double.valueOf(rounded(end.endUptime() - ended)),
        rounded(end.wallSeconds()),
        failed.stream()
            .map(one -> new MpiFacts.FailedRank(one.rank(), one.code(), report.host(one.rank())))
            .toList(),
        told.stream().map(rank -> RankStreams.of(rank, stdout, stderr)).toList(),
        plan.notes());
  }

  private static double rounded(double seconds) {
    return Math.round(seconds * 1000) / 1000.0;
  }
}
