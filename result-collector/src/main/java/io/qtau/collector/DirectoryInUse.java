package io.qtau.collector;

import java.io.IOException;
import java.nio.file.Path;

/** Somebody else, here or in another process, writes results into this directory. */
public final class DirectoryInUse extends IOException {
  private static final long serialVersionUID = 1L;

  DirectoryInUse(Path directory) {
    super("another collector writes to " + directory + "; give this one a directory of its own");
  }
}
