package io.qtau.launcher;

import java.io.IOException;

/**
 * A login host behind SSH, whose home directories the nodes see. Pilots live there in {@code
 * ~/.qtau/pilots} when a request does not say.
 */
record FarSite(SshHost host, SshConfig config, Staging staging) implements BatchSite {
  @Override
  public Place prepare(PilotRequest request) throws IOException, InterruptedException {
    RuntimeStaging.Staged staged = staging.of(request).stage(host);
    return new Place(
        Carried.directory(request, staged.home() + "/.qtau/pilots"), staged.javaCommand());
  }

  @Override
  public Carried carry(PilotRequest request, Place place, PilotDirectory home)
      throws IOException, InterruptedException {
    String broker = request.broker();
    if (request.tunnel()) {
      broker = Tunnel.toNodes(request, config, home, host);
    }
    return Carried.there(request, place.directory(), broker, place.javaCommand());
  }

  @Override
  public void end(PilotDirectory home) throws IOException, InterruptedException {
    Tunnel.end(home);
    host.remove(home.site().toString(), Carried.SECRETS);
  }
}
