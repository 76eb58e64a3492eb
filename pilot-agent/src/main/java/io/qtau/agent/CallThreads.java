package io.qtau.agent;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * Runs calls at once, each in a thread. One that is asked for where another has just ended goes on
 * in that one's thread: none has to wake up.
 */
final class CallThreads implements Executor {
  /** What goes on in this thread, when it is one of ours. */
  private static final ThreadLocal<Queue<Runnable>> FOLLOWING = new ThreadLocal<>();

  private final Executor threads;

  CallThreads(Executor threads) {
    this.threads = threads;
  }

  /** To be called in a call's thread as the last thing that the call does, or elsewhere. */
  @Override
  public void execute(Runnable call) {
    Queue<Runnable> own = FOLLOWING.get();
    if (own != null && own.isEmpty()) {
      own.add(call);
    } else {
      threads.execute(() -> run(call));
    }
  }

  private static void run(Runnable first) {
    Queue<Runnable> own = new ArrayDeque<>();
    FOLLOWING.set(own);
    try {
      for (Runnable next = first; next != null; next = own.poll()) {
        next.run();
      }
    } finally {
      FOLLOWING.remove();
    }
  }
}
