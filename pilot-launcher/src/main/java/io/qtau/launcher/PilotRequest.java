package io.qtau.launcher;

import io.qtau.protocol.InvalidField;
import io.qtau.protocol.LeaveRules;
import io.qtau.protocol.PilotName;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pilot that somebody wants.
 *
 * @param cores cores per node; null = all of the node
 * @param broker the URL that its agents connect to
 * @param credentialFile the file of mode 0600 that they log in with
 * @param caFile the certificate that a {@code tls://} broker is checked against; null = none
 * @param owner the id of a process on this host that the pilot ends with; null = it stays
 * @param javaCommand the program and options that start a JVM with the agent on its class path
 * @param leave when its agents leave by themselves
 */
public record PilotRequest(
    PilotName name,
    ResourceUrl resource,
    @Nullable Integer cores,
    String broker,
    Path credentialFile,
    @Nullable Path caFile,
    @Nullable Long owner,
    List<String> javaCommand,
    LeaveRules leave) {
  public PilotRequest {
    if (cores != null && cores < 1) {
      throw new InvalidField("cores", "must be 1 or more, is " + cores);
    }
    credentialFile = credentialFile.toAbsolutePath();
    javaCommand = List.copyOf(javaCommand);
  }

  /** A pilot of a broker without TLS, whose agents stay until they are told to leave. */
  public PilotRequest(
      PilotName name,
      ResourceUrl resource,
      @Nullable Integer cores,
      String broker,
      Path credentialFile,
      @Nullable Long owner,
      List<String> javaCommand) {
    this(name, resource, cores, broker, credentialFile, null, owner, javaCommand, LeaveRules.NONE);
  }
}
