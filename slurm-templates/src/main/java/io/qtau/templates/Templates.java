package io.qtau.templates;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A static script. Its own first lines say what its arguments and files are. */
public enum Templates {
  /** The plain shell script that becomes one agent: {@code pilot.sh DIR COMMAND [ARGUMENT...]}. */
  PILOT("pilot.sh"),
  /** Prepares a node and becomes its agent, or ends that: {@code node.sh start|stop DIR NUMBER}. */
  NODE("node.sh"),
  /** The batch script for Slurm: {@code slurm.sh DIR}. */
  SLURM("slurm.sh"),
  /** The batch script for PBS, submitted from the pilot's directory. */
  PBS("pbs.sh"),
  /** Starts, asks for and ends agents on a host without a batch system. */
  AGENTS("agents.sh"),
  /** Finds and stages what agents need on a host. */
  RUNTIME("runtime.sh");

  private final String fileName;

  Templates(String fileName) {
    this.fileName = fileName;
  }

  /** The name that its copy has in a pilot's directory. */
  public String fileName() {
    return fileName;
  }

  /**
   * The argument list that runs it where it is no file; only for those of a plain shell.
   *
   * @param arguments the script's
   */
  public List<String> call(List<String> arguments) {
    List<String> argv = new ArrayList<>(List.of("/bin/sh", "-c", text(), fileName));
    argv.addAll(arguments);
    return argv;
  }

  /** The script as it stands in this jar; every copy of it is the same. */
  public String text() {
    try (InputStream in = Templates.class.getResourceAsStream(fileName)) {
      return new String(
          Objects.requireNonNull(in, fileName).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
