package io.qtau.protocol;

/**
 * What a result is the result of. A replay of a dead task counts {@code replay} up; a second result
 * of the same key is late, and never recorded.
 */
public record ResultKey(SessionName session, TaskId id, int replay) {}
