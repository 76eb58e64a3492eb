package io.qtau.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The contract of launchers, with the PBS commands that Slurm has. */
class PbsContractIT extends BatchContract {
  @Override
  ResourceUrl resource() {
    return ResourceUrl.parse("pbs://localhost");
  }

  /** These commands make no PBS_NODEFILE. */
  @Override
  int nodes() {
    return 1;
  }

  /** They hand the names of output files to a shell, and to Slurm as patterns. */
  @Override
  String oddName() {
    return "a b'$(touch x)\"ü\nz";
  }

  @Test
  void aRefusalHasItsWordsAndLeavesNothing() {
    assertThatThrownBy(() -> start(request("p1", "exit 0").queue("nosuch")))
        .isInstanceOf(LaunchFailed.class)
        .hasMessageContaining("PBS refuses the pilot 'p1': ")
        .hasMessageContaining("invalid partition specified: nosuch");
    assertThat(pilots().resolve("p1")).doesNotExist();
  }
}
