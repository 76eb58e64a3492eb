package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * To the steward: let a pilot log in, with its rights. It puts an {@link AccessReceipt} into the
 * table of answers.
 *
 * @param token what the sender knows its own order by
 * @param passwordHash as {@code Credential.hash()} of messaging makes it; the password itself
 *     leaves its maker only in the pilot's file
 * @param ends when the login ends by itself, epoch µs; null = with its pilot, or by a {@link
 *     DismissOrder}
 * @param ownPoolOnly whether it has no right to the shared lanes
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AdmitOrder(
    String token,
    PilotLogin user,
    @JsonProperty("password_hash") String passwordHash,
    @Nullable Long ends,
    @JsonProperty("own_pool_only") boolean ownPoolOnly) {

  @Override
  public String toString() {
    return "AdmitOrder[" + user + ", ends " + ends + ", ownPoolOnly " + ownPoolOnly + "]";
  }
}
