package io.qtau.launcher;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happens on each node before its agent starts, in this order.
 *
 * @param modules environment modules to load
 * @param condaEnvironment its path, or its name; null = none
 * @param commands the user's own shell text, read by bash as it is; the only text that is
 */
public record NodeSetup(
    List<String> modules, @Nullable String condaEnvironment, List<String> commands) {
  static final NodeSetup NONE = new NodeSetup(List.of(), null, List.of());

  public NodeSetup {
    modules = List.copyOf(modules);
    commands = List.copyOf(commands);
  }
}
