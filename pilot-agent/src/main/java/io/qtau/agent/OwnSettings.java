package io.qtau.agent;

import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentSettings;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one agent: those of its pilot, and what only its own node knows. What the
 * settings say goes before what the allocation says.
 */
final class OwnSettings {
  /** When the allocation ends, epoch seconds: as our batch scripts say it, and as Slurm does. */
  private static final String[] ENDS = {"QTAU_ALLOCATION_END", "SLURM_JOB_END_TIME"};

  /** How many cores the allocation has on this node. */
  private static final String CORES = "SLURM_CPUS_ON_NODE";

  private OwnSettings() {}

  /**
   * @param number of the agent in its pilot; null = as written
   * @throws IllegalArgumentException when it is not a number
   */
  static AgentSettings of(
      AgentSettings written, @Nullable String number, Map<String, String> environment) {
    Long cores = number(environment.get(CORES));
    return new AgentSettings(
        number == null ? written.agent() : AgentName.parse(written.agent().pilot() + "." + number),
        written.broker(),
        written.credentialFile(),
        written.caFile(),
        written.directory(),
        written.resource(),
        written.cores() == null && cores != null
            ? Integer.valueOf(cores.intValue())
            : written.cores(),
        written.ends() == null ? ends(environment) : written.ends(),
        written.owner(),
        written.leave(),
        written.offer(),
        written.ownPoolOnly());
  }

  private static @Nullable Long ends(Map<String, String> environment) {
    for (String name : ENDS) {
      Long seconds = number(environment.get(name));
      if (seconds != null) {
        return TimeUnit.SECONDS.toMicros(seconds);
      }
    }
    return null;
  }

  /** Whatever else a site puts there is as good as nothing. */
  private static @Nullable Long number(@Nullable String text) {
    return text != null && text.matches("[1-9][0-9]{0,11}") ? Long.valueOf(text) : null;
  }
}
