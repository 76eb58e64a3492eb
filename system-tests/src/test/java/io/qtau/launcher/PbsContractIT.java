package io.qtau.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The contract of launchers, with the PBS commands that Slurm has. */
class PbsContractIT extends BatchContract {
  PbsContractIT() {
    super(Commands.PBS);
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
