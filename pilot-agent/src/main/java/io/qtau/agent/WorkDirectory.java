package io.qtau.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directory of an attempt that is a program. */
final class WorkDirectory {
  static final String STDOUT = "stdout";
  private static final Logger LOG = LoggerFactory.getLogger(WorkDirectory.class);

  private WorkDirectory() {}

  /** What the files of both its streams hold. */
  static long outputBytes(Path directory) {
    return directory.resolve(STDOUT).toFile().length()
        + directory.resolve(CapturedFile.STDERR).toFile().length();
  }

  /** Removes what is empty; files that the program left stay. */
  static void clean(Path directory) {
    for (String own : new String[] {"stdin", "work", "."}) {
      try {
        Files.deleteIfExists(own.equals(".") ? directory : directory.resolve(own));
      } catch (IOException notEmpty) {
        LOG.trace("{} keeps {}", directory, own);
      }
    }
    if (!directory.resolveSibling("").toFile().delete()) {
      LOG.trace("{} is not empty", directory.getParent());
    }
  }
}
