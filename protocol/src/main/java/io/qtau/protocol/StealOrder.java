package io.qtau.protocol;

/**
 * To the steward: end the connection of whoever reads a session's results, so that the sender can.
 * It puts the same record into the table of answers when that is done.
 *
 * @param token what the sender knows its own order by
 */
public record StealOrder(String token, SessionName session) {}
