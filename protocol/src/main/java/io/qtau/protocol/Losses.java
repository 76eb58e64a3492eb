package io.qtau.protocol;

import java.util.ArrayList;
import java.util.List;

/** Which agents vanished while they ran a task, the first one first. */
public record Losses(List<Loss> losses) {
  public static final Losses NONE = new Losses(List.of());

  public Losses {
    losses = losses == null ? List.of() : List.copyOf(losses);
  }

  /** The same with one more. */
  public Losses and(Loss loss) {
    List<Loss> all = new ArrayList<>(losses);
    all.add(loss);
    return new Losses(all);
  }
}
