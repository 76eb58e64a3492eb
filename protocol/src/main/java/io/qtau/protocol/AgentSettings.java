package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What a launcher leaves for an agent, as a JSON file in the pilot's directory; its path is the
 * agent's only argument.
 *
 * @param broker the broker's URL, {@code tcp://host:port} or {@code tls://host:port}
 * @param credentialFile a file of mode 0600 that holds {@code user:password}
 * @param caFile the certificate that a {@code tls://} broker's is checked against, PEM; null = none
 * @param directory the pilot's directory: absolute, exists, is its owner's
 * @param resource the URL that the pilot was started with
 * @param cores how many cores it may use; null = all of the node
 * @param ends when its allocation ends, epoch µs; null = not known
 * @param owner the id of a process on its host: the agent ends when that is gone; null = it stays
 * @param leave when it leaves by itself, and what becomes of its pilot's own tasks then; null =
 *     {@link LeaveRules#NONE}
 * @param offer what it offers beside cores; null = {@link Offer#NONE}
 * @param ownPoolOnly whether its pilot has no right to the shared lanes
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AgentSettings(
    AgentName agent,
    String broker,
    @JsonProperty("credential_file") String credentialFile,
    @JsonProperty("ca_file") @Nullable String caFile,
    String directory,
    String resource,
    @Nullable Integer cores,
    @Nullable Long ends,
    @Nullable Long owner,
    @Nullable LeaveRules leave,
    @Nullable Offer offer,
    @JsonProperty("own_pool_only") boolean ownPoolOnly) {
  public AgentSettings {
    if (cores != null && cores < 1) {
      throw new InvalidField("cores", "must be 1 or more, is " + cores);
    }
  }

  /** The settings of an agent that offers what is found on its node. */
  public AgentSettings(
      AgentName agent,
      String broker,
      String credentialFile,
      @Nullable String caFile,
      String directory,
      String resource,
      @Nullable Integer cores,
      @Nullable Long ends,
      @Nullable Long owner,
      @Nullable LeaveRules leave) {
    this(
        agent,
        broker,
        credentialFile,
        caFile,
        directory,
        resource,
        cores,
        ends,
        owner,
        leave,
        null,
        false);
  }

  /** The settings of an agent without rules to leave by, whose broker is without TLS. */
  public AgentSettings(
      AgentName agent,
      String broker,
      String credentialFile,
      String directory,
      String resource,
      @Nullable Integer cores,
      @Nullable Long ends,
      @Nullable Long owner) {
    this(agent, broker, credentialFile, null, directory, resource, cores, ends, owner, null);
  }

  /** Its rules, also where none are said. */
  public LeaveRules leaveRules() {
    return leave == null ? LeaveRules.NONE : leave;
  }

  /** What it offers, also where nothing is said. */
  public Offer offers() {
    return offer == null ? Offer.NONE : offer;
  }

  /** The same with another offer. */
  public AgentSettings offering(Offer newOffer) {
    return new AgentSettings(
        agent,
        broker,
        credentialFile,
        caFile,
        directory,
        resource,
        cores,
        ends,
        owner,
        leave,
        newOffer.equals(Offer.NONE) ? null : newOffer,
        ownPoolOnly);
  }

  /** The same of a pilot with that right, or without it. */
  public AgentSettings ownPoolOnly(boolean only) {
    return new AgentSettings(
        agent,
        broker,
        credentialFile,
        caFile,
        directory,
        resource,
        cores,
        ends,
        owner,
        leave,
        offer,
        only);
  }
}
