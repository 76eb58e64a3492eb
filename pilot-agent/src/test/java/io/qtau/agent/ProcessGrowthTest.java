package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessGrowthTest {
  @Test
  void processesAreCountedWhenThereMayBeTooManyOfOne() {
    ProcessGrowth growth = new ProcessGrowth(100);
    assertThat(growth.isEnoughToCount(5000)).isFalse();
    assertThat(growth.isEnoughToCount(5100)).isFalse();
    assertThat(growth.isEnoughToCount(5101)).isTrue();
    growth.counted(5101, 60); // Others have begun, too.
    assertThat(growth.isEnoughToCount(5141)).isFalse();
    assertThat(growth.isEnoughToCount(5142)).isTrue();
    growth.counted(5142, 10);
    assertThat(growth.isEnoughToCount(5232)).isFalse();
    assertThat(growth.isEnoughToCount(4000)).isFalse();
    assertThat(growth.isEnoughToCount(4090)).as("fewer of the others").isFalse();
    assertThat(growth.isEnoughToCount(4091)).isTrue();
  }

  @Test
  void theKernelTellsHowManyThereAre() throws Exception {
    long before = ProcessGrowth.threads();
    assertThat(before).isPositive();
    assertThat(before).isGreaterThanOrEqualTo(ProcessHandle.current().descendants().count());
  }
}
