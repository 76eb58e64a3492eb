package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * To the steward: tell what lies where. It answers with {@link SurveyAnswer}s.
 *
 * @param token what the sender knows its own order by
 * @param session whose tasks to look for; null = none, only the queues
 * @param id which task of it; null = all
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SurveyOrder(String token, @Nullable SessionName session, @Nullable TaskId id) {}
