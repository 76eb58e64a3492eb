package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * To the steward: a pilot may not log in any more, and its connections end. It puts an {@link
 * AccessReceipt} into the table of answers.
 *
 * @param token what the sender knows its own order by
 * @param life which start of the pilot; null = all of them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DismissOrder(String token, PilotName pilot, @Nullable String life) {}
