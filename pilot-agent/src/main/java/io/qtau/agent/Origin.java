package io.qtau.agent;

import org.jspecify.annotations.Nullable;

/** Where a task came from. */
interface Origin {
  /** It ran for so long. */
  void ran(long micros, int messageBytes);

  /**
   * What begins another task of its kind in the slots that it leaves; null = there is none, or
   * somebody else's turn has come.
   */
  @Nullable Runnable next(Grant left);
}
