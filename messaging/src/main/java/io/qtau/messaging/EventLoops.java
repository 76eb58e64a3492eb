package io.qtau.messaging;

import org.apache.activemq.artemis.core.remoting.impl.netty.SharedEventLoopGroup;

/** The threads that all client connections of a process share. */
public final class EventLoops {
  private EventLoops() {}

  /**
   * Ends them, for a process that has closed its connections and is about to exit. Else they stay
   * for 10 s, waiting in the kernel, and a JVM that exits gives such threads 300 ms to come back
   * ({@code VM_Exit::wait_for_threads_in_native_to_block} of HotSpot).
   */
  public static void end() {
    SharedEventLoopGroup.forceShutdown();
  }
}
