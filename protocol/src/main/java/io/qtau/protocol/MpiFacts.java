package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an MPI program ran: the block {@code mpi} of its result.
 *
 * @param hosts where its ranks were, one for each node, in the order of their ranks
 * @param launcher the program that started the ranks
 * @param library the MPI that the program is linked with; null = none is seen
 * @param plugin how ranks of {@code srun} found each other; null = by the launcher's own way
 * @param bound whether each rank was bound to cores of its own
 * @param gatherSeconds from the first node's slots to the last one's
 * @param prepareSeconds what was needed to find the program, its MPI and its launcher
 * @param launchSeconds from the launcher's start to that of rank 0; null = not known
 * @param finishSeconds from the end of rank 0 to the launcher's; null = not known
 * @param wallSeconds from the launcher's start to its end
 * @param failed ranks that failed by themselves; those that were ended for it are not listed
 * @param output what each rank wrote
 * @param notes what its owner should know, in sentences
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MpiFacts(
    int ranks,
    @JsonProperty("ranks_per_node") int ranksPerNode,
    List<String> hosts,
    String launcher,
    @Nullable String library,
    @Nullable String plugin,
    boolean bound,
    @JsonProperty("gather_s") double gatherSeconds,
    @JsonProperty("prepare_s") double prepareSeconds,
    @JsonProperty("launch_s") @Nullable Double launchSeconds,
    @JsonProperty("finish_s") @Nullable Double finishSeconds,
    @JsonProperty("wall_s") double wallSeconds,
    List<FailedRank> failed,
    List<RankOutput> output,
    List<String> notes) {

  /**
   * A rank that failed.
   *
   * @param exitCode 128 + n when signal n ended it
   */
  public record FailedRank(
      int rank, @JsonProperty("exit_code") int exitCode, @Nullable String host) {}

  /** What one rank wrote: the beginning and the end of it. */
  public record RankOutput(int rank, Output stdout, Output stderr) {}

  public MpiFacts {
    hosts = List.copyOf(hosts);
    failed = List.copyOf(failed);
    output = List.copyOf(output);
    notes = List.copyOf(notes);
  }

  /** The same without what the ranks wrote. */
  MpiFacts withoutOutput() {
    return new MpiFacts(
        ranks,
        ranksPerNode,
        hosts,
        launcher,
        library,
        plugin,
        bound,
        gatherSeconds,
        prepareSeconds,
        launchSeconds,
        finishSeconds,
        wallSeconds,
        failed,
        List.of(),
        notes);
  }
}
