package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentSettings;
import io.qtau.protocol.InvalidField;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnSettingsTest {
  private static final Map<String, String> SLURM =
      Map.of("SLURM_JOB_END_TIME", "1795341258", "SLURM_CPUS_ON_NODE", "24");

  @Test
  void theNumberIsTheAgentsOwn() {
    assertThat(OwnSettings.of(written(null, null), "3", Map.of()).agent()).hasToString("p.3");
    assertThat(OwnSettings.of(written(null, null), null, Map.of()).agent()).hasToString("p.0");
    assertThatThrownBy(() -> OwnSettings.of(written(null, null), "x", Map.of()))
        .isInstanceOf(InvalidField.class);
  }

  @Test
  void whatTheSettingsLeaveOpenTheAllocationSays() {
    AgentSettings own = OwnSettings.of(written(null, null), "0", SLURM);
    assertThat(own.ends()).isEqualTo(1_795_341_258_000_000L);
    assertThat(own.cores()).isEqualTo(24);
  }

  @Test
  void whatTheSettingsSayStands() {
    AgentSettings own = OwnSettings.of(written(2, 7L), "0", SLURM);
    assertThat(own.ends()).isEqualTo(7);
    assertThat(own.cores()).isEqualTo(2);
  }

  @Test
  void anEndThatIsNoNumberIsNotKnown() {
    var odd = Map.of("QTAU_ALLOCATION_END", "", "SLURM_JOB_END_TIME", "NONE");
    assertThat(OwnSettings.of(written(null, null), "0", odd).ends()).isNull();
  }

  private static AgentSettings written(Integer cores, Long ends) {
    return new AgentSettings(
        AgentName.parse("p.0"), "tcp://h:1", "/c", "/d", "slurm://localhost", cores, ends, null);
  }
}
