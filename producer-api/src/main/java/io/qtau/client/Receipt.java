package io.qtau.client;

import io.qtau.protocol.SessionName;

/**
 * The broker has these tasks on its disk.
 *
 * @param session where their results will be
 * @param accepted how many they are
 */
public record Receipt(SessionName session, long accepted) {}
