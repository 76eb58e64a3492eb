package io.qtau.protocol;

import java.util.Map;

/**
 * How the ranks of an MPI program lie on nodes: in blocks, the first ones on the first node.
 *
 * @param ranks how many
 * @param ranksPerNode how many on each node: all nodes have as many
 * @param coresPerRank whole cores of each
 * @param gpusPerRank whole GPUs of each
 */
public record MpiLayout(int ranks, int ranksPerNode, int coresPerRank, int gpusPerRank) {
  private static final int MOST = 100_000;
  private static final int MOST_GPUS = 9_999;

  public MpiLayout {
    between("ranks", ranks, 1, MOST);
    between("ranks_per_node", ranksPerNode, 1, MOST);
    between("cores_per_rank", coresPerRank, 1, MOST);
    between("gpus_per_rank", gpusPerRank, 0, MOST_GPUS);
    if (ranks % ranksPerNode != 0) {
      throw new InvalidField(
          "mpi.ranks_per_node",
          ranks + " ranks do not divide into nodes of " + ranksPerNode + ": all have as many");
    }
    between("ranks_per_node x cores_per_rank", (long) ranksPerNode * coresPerRank, 1, MOST);
    between("ranks_per_node x gpus_per_rank", (long) ranksPerNode * gpusPerRank, 0, MOST_GPUS);
  }

  private static void between(String field, long value, int least, int most) {
    if (value < least || value > most) {
      throw new InvalidField("mpi." + field, "must be " + least + " to " + most + ", is " + value);
    }
  }

  /** So many ranks of one core on one node. */
  public static MpiLayout ofRanks(int ranks) {
    return new MpiLayout(ranks, ranks, 1, 0);
  }

  public int nodes() {
    return ranks / ranksPerNode;
  }

  /** What it occupies of each node. */
  public Resources resources() {
    return new Resources(
        1000 * ranksPerNode * coresPerRank,
        1000 * ranksPerNode * gpusPerRank,
        0,
        nodes(),
        Map.of());
  }

  /** Refuses figures that say otherwise. */
  void check(Resources resources) {
    Resources own = resources();
    agree("nodes", resources.nodes(), own.nodes());
    agree("cores", resources.milliCores(), own.milliCores());
    agree("gpus", resources.milliGpus(), own.milliGpus());
  }

  private static void agree(String field, int said, int own) {
    if (said != own) {
      throw new InvalidField(
          "resources." + field, "says otherwise than the block 'mpi', which it follows from");
    }
  }
}
