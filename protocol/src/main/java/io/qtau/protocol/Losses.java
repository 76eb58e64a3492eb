package io.qtau.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which agents vanished while they ran a task, the first one first. */
public record Losses(List<Loss> losses) {
  public static final Losses NONE = new Losses(List.of());

  public Losses {
    losses = losses == null ? List.of() : List.copyOf(losses);
  }

  /** What the last program that was lost had written to its standard error; null = not known. */
  public @Nullable String stderr() {
    return losses.isEmpty() ? null : losses.get(losses.size() - 1).stderr();
  }

  /** The same with one more. */
  public Losses and(Loss loss) {
    List<Loss> all = new ArrayList<>(losses);
    all.add(loss);
    return new Losses(all);
  }
}
