package io.qtau.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BrokerJavaTest {
  @Test
  void aBrokerCountsOnFewCoresOfALoginNode() {
    assertThat(BrokerJava.cores(2)).isEqualTo(2);
    assertThat(BrokerJava.cores(128)).isEqualTo(8);
    int here = BrokerJava.cores(Runtime.getRuntime().availableProcessors());
    assertThat(BrokerJava.broker(List.of())).contains("-Xmx1g", "-XX:ActiveProcessorCount=" + here);
  }
}
