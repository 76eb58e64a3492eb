package io.qtau.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JavaCommandTest {
  @Test
  void aBrokerCountsOnFewCoresOfALoginNode() {
    assertThat(JavaCommand.cores(2)).isEqualTo(2);
    assertThat(JavaCommand.cores(128)).isEqualTo(8);
    int here = JavaCommand.cores(Runtime.getRuntime().availableProcessors());
    assertThat(JavaCommand.broker(List.of()))
        .contains("-Xmx1g", "-XX:ActiveProcessorCount=" + here);
  }
}
