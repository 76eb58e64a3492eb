package io.qtau.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a Python task finds its interpreter and its packages. */
public sealed interface PythonEnvironment {
  /**
   * An environment that is there.
   *
   * @param place path of a conda or virtual environment, or name of a conda environment
   */
  record Existing(String place) implements PythonEnvironment {
    public Existing {
      if (place.isEmpty()) {
        throw new InvalidField("python.env", "must not be empty");
      }
      Processes.noNul("python.env", List.of(place));
    }
  }

  /**
   * A virtual environment that the agent makes, once for all tasks that say the same.
   *
   * @param requirements what pip installs, one requirement each; no options
   * @param wheels a directory of wheels on the agent's host, instead of a package index; null = the
   *     index
   * @param python the interpreter that it is made with; null = the same as for tasks without an
   *     environment
   */
  record Requirements(List<String> requirements, @Nullable String wheels, @Nullable String python)
      implements PythonEnvironment {
    public Requirements {
      if (requirements.isEmpty()) {
        throw new InvalidField("python.env.requirements", "needs at least one requirement");
      }
      for (String requirement : requirements) {
        if (requirement.isBlank()
            || requirement.strip().startsWith("-")
            || requirement.indexOf('\n') >= 0
            || requirement.indexOf('\r') >= 0) {
          throw new InvalidField(
              "python.env.requirements", "'" + requirement + "' is not one requirement for pip");
        }
      }
      Processes.noNul("python.env.requirements", requirements);
      requirements = List.copyOf(requirements);
    }
  }
}
