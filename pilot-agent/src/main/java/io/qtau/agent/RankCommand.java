package io.qtau.agent;

import io.qtau.protocol.MpiLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the launcher starts for each rank: a shell that gives the rank its own processors and GPUs,
 * tells of its start and its end on its standard error, and runs the program between these. All
 * launchers so tell alike how each rank ended.
 *
 * @param way whose ranks they are, see {@link Way}
 * @param nonce what no program writes by itself
 */
record RankCommand(Way way, String nonce, MpiLayout layout, List<MpiNode> nodes) {
  /** Where a rank finds its number. */
  enum Way {
    OPEN_MPI("OMPI_COMM_WORLD_RANK"),
    MPICH("PMI_RANK"),
    SRUN("SLURM_PROCID");

    private final String variable;

    Way(String variable) {
      this.variable = variable;
    }
  }

  /** What the lines of a rank begin with that are not its program's. */
  static final char SIGN = '\036';

  private static final String BETWEEN_RANKS = ";";

  /** Instead of the ids of a rank's GPUs: it sees none, whatever its launcher would let it see. */
  private static final String NONE = "none";

  /**
   * Times are those of /proc/uptime, which a shell reads without starting anything. What it says of
   * GPUs is {@link GpuVariables#put}.
   */
  private static final String SCRIPT =
      """
      variable=$1 nonce=$2 cpus=$3 gpus=$4 places=$5 no_device=$6
      shift 6
      case $variable in
        OMPI_COMM_WORLD_RANK) rank=$OMPI_COMM_WORLD_RANK ;;
        PMI_RANK) rank=$PMI_RANK ;;
        *) rank=$SLURM_PROCID ;;
      esac
      of_rank() {
        own= place=0 between=$IFS IFS=';'
        for one in $1; do
          [ "$place" -ne "$rank" ] || own=$one
          place=$((place + 1))
        done
        IFS=$between
      }
      of_rank "$gpus"
      if [ "$own" = none ]; then
        export CUDA_VISIBLE_DEVICES= ROCR_VISIBLE_DEVICES= HIP_VISIBLE_DEVICES=
        export GPU_DEVICE_ORDINAL= ZE_AFFINITY_MASK="$no_device"
      elif [ -n "$own" ]; then
        export CUDA_VISIBLE_DEVICES="$own" ROCR_VISIBLE_DEVICES="$own"
        export HIP_VISIBLE_DEVICES="$places" GPU_DEVICE_ORDINAL="$places"
        case $own in
          *[!0-9.,]*) export ZE_AFFINITY_MASK="$no_device" ;;
          *) export ZE_AFFINITY_MASK="$own" ;;
        esac
      fi
      of_rank "$cpus"
      [ -z "$own" ] || set -- taskset -c "$own" "$@"
      read -r now rest </proc/uptime
      read -r host </proc/sys/kernel/hostname
      printf '\\036%s begun %s %s\\n' "$nonce" "$now" "$host" >&2
      "$@"
      code=$?
      read -r now rest </proc/uptime
      printf '\\036%s ended %s %s\\n' "$nonce" "$now" "$code" >&2
      exit "$code"
      """;

  RankCommand {
    nodes = List.copyOf(nodes);
  }

  /** The whole of it: no value is a part of the shell's text. */
  List<String> argv(List<String> program) {
    List<String> argv = new ArrayList<>(List.of("sh", "-c", SCRIPT, "qtau-rank"));
    argv.add(way.variable);
    argv.add(nonce);
    argv.add(lists(MpiNode::cpus, layout.coresPerRank()));
    argv.add(layout.gpusPerRank() == 0 ? hidden() : lists(MpiNode::gpus, layout.gpusPerRank()));
    argv.add(GpuVariables.places(layout.gpusPerRank()));
    argv.add(GpuVariables.NO_DEVICE);
    argv.addAll(program);
    return argv;
  }

  /** Whether each rank is bound to processors of its own. */
  boolean isBound() {
    return nodes.stream().noneMatch(node -> node.cpus().isEmpty());
  }

  /** What a node does not know to have is left as it is there. */
  private String hidden() {
    return nodes.stream()
        .flatMap(node -> Collections.nCopies(layout.ranksPerNode(), hidden(node)).stream())
        .collect(Collectors.joining(BETWEEN_RANKS));
  }

  private static String hidden(MpiNode node) {
    return node.hasGpus() ? NONE : "";
  }

  /** A list for each rank; empty when not all nodes have what is listed. */
  private String lists(Function<MpiNode, List<?>> of, int each) {
    List<String> lists = new ArrayList<>();
    for (MpiNode node : nodes) {
      List<?> all = of.apply(node);
      for (int rank = 0; rank < layout.ranksPerNode(); rank++) {
        if (each == 0 || all.size() < (rank + 1) * each) {
          return "";
        }
        lists.add(
            String.join(
                ",",
                all.subList(rank * each, (rank + 1) * each).stream()
                    .map(Object::toString)
                    .toList()));
      }
    }
    return String.join(BETWEEN_RANKS, lists);
  }
}
