package io.qtau.launcher;

import java.io.IOException;
import java.util.List;

/** The host that has a scheduler's commands, and what it takes to start agents from there. */
interface BatchSite {
  Host host();

  /**
   * Where a pilot is to live.
   *
   * @param directory its own, seen by the host and by all nodes; absolute
   * @param javaCommand what starts an agent on the nodes, without its class
   */
  record Place(String directory, List<String> javaCommand) {}

  /** Brings what its agents need. On return it is there, whole. */
  Place prepare(PilotRequest request) throws IOException, InterruptedException;

  /**
   * The request as it is carried out there.
   *
   * @param home what this side knows of the pilot; its settings are written
   */
  Carried carry(PilotRequest request, Place place, PilotDirectory home)
      throws IOException, InterruptedException;

  /** Takes away what only a living pilot needs. None is no error. */
  void end(PilotDirectory home) throws IOException, InterruptedException;
}
