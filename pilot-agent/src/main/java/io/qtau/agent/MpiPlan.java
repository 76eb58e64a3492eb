package io.qtau.agent;

import io.qtau.protocol.MpiPlugin;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is decided of an MPI program before it starts.
 *
 * @param launcher the launcher's name
 * @param variables of all ranks
 * @param library the MPI that the program is linked with; null = none is seen
 * @param plugin how ranks of {@code srun} find each other; null = the launcher is another
 * @param notes what its owner should know
 */
record MpiPlan(
    LaunchCommand command,
    RankCommand ranks,
    String launcher,
    Map<String, String> variables,
    @Nullable MpiLibrary library,
    @Nullable MpiPlugin plugin,
    List<String> notes) {
  MpiPlan {
    variables = Map.copyOf(variables);
    notes = List.copyOf(notes);
  }
}
