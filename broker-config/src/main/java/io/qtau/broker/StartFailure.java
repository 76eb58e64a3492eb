package io.qtau.broker;

import org.apache.activemq.artemis.core.server.ActivationFailureListener;
import org.jspecify.annotations.Nullable;

/** Remembers why a server did not become active: its start() returns as if all were well. */
final class StartFailure implements ActivationFailureListener {
  private volatile @Nullable Exception failure;

  @Override
  public void activationFailed(Exception e) {
    failure = e;
  }

  void rethrow() throws Exception {
    Exception seen = failure;
    if (seen != null) {
      throw seen;
    }
  }
}
