package io.qtau.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the GPUs that an agent's tasks may use: what a scheduler has given stands in variables;
 * else the makers' programs tell them, or whoever started the pilot did.
 */
final class OwnGpus {
  private static final Logger LOG = LoggerFactory.getLogger(OwnGpus.class);
  private static final int PATIENCE_SECONDS = 10;

  /** AMD's runtime counts what CUDA's variable says within what its own ones leave. */
  private static final List<String> GIVEN =
      List.of(GpuVariables.ROCM, GpuVariables.HIP, GpuVariables.CUDA, GpuVariables.LEVEL_ZERO);

  private static final List<List<String>> ASKED =
      List.of(
          List.of("nvidia-smi", "--query-gpu=index", "--format=csv,noheader"),
          List.of("rocm-smi", "--showid", "--csv"));

  /** What Slurm says when it has given none. */
  private static final String NOTHING = "NoDevFiles";

  private OwnGpus() {}

  /**
   * Their ids.
   *
   * @param said how many there are; null = not said
   */
  static List<String> find(@Nullable Integer said, Map<String, String> environment) {
    List<String> found = given(environment);
    if (found == null && said != null) {
      return numbered(said);
    }
    found = found == null ? asked(environment) : found;
    if (said != null && said > found.size()) {
      LOG.warn(
          "{} GPUs are declared, and {} were given to this agent: {}", said, found.size(), found);
    }
    return said == null ? found : found.subList(0, Math.min(said, found.size()));
  }

  private static @Nullable List<String> given(Map<String, String> environment) {
    for (String name : GIVEN) {
      String list = environment.get(name);
      if (NOTHING.equals(list)) {
        return List.of();
      }
      if (list != null && !list.isBlank()) {
        return Arrays.stream(list.split(",", -1)).map(String::strip).toList();
      }
    }
    return null;
  }

  private static List<String> numbered(int count) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(Integer.toString(i));
    }
    return ids;
  }

  private static List<String> asked(Map<String, String> environment) {
    for (List<String> argv : ASKED) {
      Path program = Programs.find(argv.get(0), environment).orElse(null);
      if (program != null) {
        int count = count(argv);
        if (count > 0) {
          return numbered(count);
        }
      }
    }
    return List.of();
  }

  /** The lines that begin with the number of a GPU, or with {@code card} and its number. */
  private static int count(List<String> argv) {
    try {
      Process process =
          new ProcessBuilder(argv).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      var killer = process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
      var unused = killer.exceptionally(late -> process.destroyForcibly());
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return (int) said.lines().filter(line -> line.matches("(card)?[0-9]+\\b.*")).count();
    } catch (IOException e) {
      LOG.warn("{} cannot be asked for GPUs: {}", argv.get(0), e.getMessage());
      return 0;
    }
  }
}
