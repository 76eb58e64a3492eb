package io.qtau.launcher;

import java.nio.file.Path;

/**
 * This host, whose files the nodes see.
 *
 * @param pilots where pilots' directories lie when a request does not say
 */
record NearSite(Host host, Path pilots) implements BatchSite {
  @Override
  public Place prepare(PilotRequest request) {
    return new Place(Carried.directory(request, pilots.toString()), request.javaCommand());
  }

  @Override
  public Carried carry(PilotRequest request, Place place, PilotDirectory home) {
    return Carried.here(request, place.directory());
  }

  @Override
  public void end(PilotDirectory home) {}
}
