package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What became of an {@link AdmitOrder} or a {@link DismissOrder}.
 *
 * @param error why it was not obeyed; null = it was
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AccessReceipt(String token, @Nullable String error) {}
