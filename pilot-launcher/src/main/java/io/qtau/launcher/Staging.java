package io.qtau.launcher;

import java.io.IOException;
import java.nio.file.Path;

/** Brings what a pilot's agents need to hosts behind SSH. */
interface Staging {
  /** Brings it to one host. */
  interface ToHost {
    /** On return all is there, whole. */
    RuntimeStaging.Staged stage(SshHost host) throws IOException, InterruptedException;
  }

  /** What this pilot needs. */
  ToHost of(PilotRequest request) throws IOException;

  /**
   * What the request's Java command names on this side.
   *
   * @param cache where a Java for hosts without one is kept
   */
  static Staging ofRuntime(Path cache) {
    return request -> RuntimeStaging.of(request.javaCommand(), cache)::stage;
  }
}
