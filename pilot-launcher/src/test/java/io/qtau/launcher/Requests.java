package io.qtau.launcher;

import io.qtau.protocol.PilotName;
import java.nio.file.Path;
import java.util.List;

/** Requests that are complete but for what a test is about. */
final class Requests {
  private Requests() {}

  static PilotRequestBuilder on(String resource) {
    return PilotRequest.on(ResourceUrl.parse(resource))
        .name(new PilotName("p1"))
        .broker("tcp://127.0.0.1:1")
        .credentialFile(Path.of("/credential"))
        .javaCommand(List.of("java"));
  }
}
