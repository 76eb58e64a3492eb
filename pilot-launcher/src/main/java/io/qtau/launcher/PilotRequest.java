package io.qtau.launcher;

import io.qtau.protocol.InvalidField;
import io.qtau.protocol.LeaveRules;
import io.qtau.protocol.NamedResource;
import io.qtau.protocol.Offer;
import io.qtau.protocol.PilotName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pilot that somebody wants.
 *
 * @param nodes how many nodes; on {@code local://}, how many agents on this one
 * @param cores cores per node; null = all of the node
 * @param gpus GPUs per node, asked of a scheduler; null = none are asked for, and tasks may use
 *     those that are found
 * @param named counts of named resources that each node offers, by name
 * @param walltime how long it lasts, in whole minutes; null = as long as the resource lets it
 * @param workingDirectory an absolute path on the resource, seen by all its nodes, below which the
 *     pilot's own directory is made; null = where the launcher keeps its own
 * @param tunnel whether its agents reach the broker through our SSH connections to their hosts
 * @param broker the URL that its agents connect to
 * @param credentialFile the file of mode 0600 that they log in with
 * @param caFile the certificate that a {@code tls://} broker is checked against; null = none
 * @param owner the id of a process on this host that the pilot ends with; null = it stays
 * @param javaCommand the program and options that start a JVM with the agent on its class path
 * @param leave when its agents leave by themselves
 * @param ownPoolOnly whether it has no right to the shared lanes
 */
public record PilotRequest(
    PilotName name,
    ResourceUrl resource,
    int nodes,
    @Nullable Integer cores,
    @Nullable Integer gpus,
    Map<String, Integer> named,
    @Nullable Duration walltime,
    BatchOptions batch,
    NodeSetup setup,
    @Nullable String workingDirectory,
    boolean tunnel,
    String broker,
    Path credentialFile,
    @Nullable Path caFile,
    @Nullable Long owner,
    List<String> javaCommand,
    LeaveRules leave,
    boolean ownPoolOnly) {
  public PilotRequest {
    atLeast(1, "number_of_nodes", nodes);
    atLeast(1, "cores_per_node", cores);
    atLeast(0, "gpus_per_node", gpus);
    if (walltime != null && walltime.toMinutes() < 1) {
      throw new InvalidField("walltime", "must be 1 minute or more");
    }
    if (workingDirectory != null && !workingDirectory.startsWith("/")) {
      throw new InvalidField(
          "working_directory", "must be an absolute path, is '" + workingDirectory + "'");
    }
    named = Map.copyOf(named);
    named.forEach(NamedResource::check);
    credentialFile = credentialFile.toAbsolutePath();
    javaCommand = List.copyOf(javaCommand);
  }

  private static void atLeast(int least, String field, @Nullable Integer value) {
    if (value != null && value < least) {
      throw new InvalidField(field, "must be " + least + " or more, is " + value);
    }
  }

  /** What each of its nodes offers beside cores. */
  Offer offer() {
    return new Offer(gpus, null, named.isEmpty() ? null : named);
  }

  /** The same with another file to log in with. */
  public PilotRequest withCredentialFile(Path file) {
    return at(broker, file, caFile, owner, javaCommand);
  }

  /** The same, as it is carried out where files and the way to the broker are others. */
  PilotRequest at(
      String thatBroker,
      Path thatCredentialFile,
      @Nullable Path thatCaFile,
      @Nullable Long thatOwner,
      List<String> thatJavaCommand) {
    return new PilotRequest(
        name,
        resource,
        nodes,
        cores,
        gpus,
        named,
        walltime,
        batch,
        setup,
        workingDirectory,
        tunnel,
        thatBroker,
        thatCredentialFile,
        thatCaFile,
        thatOwner,
        thatJavaCommand,
        leave,
        ownPoolOnly);
  }

  /** A request for one node, without further wishes yet. */
  public static PilotRequestBuilder on(ResourceUrl resource) {
    return new PilotRequestBuilder(resource);
  }
}
