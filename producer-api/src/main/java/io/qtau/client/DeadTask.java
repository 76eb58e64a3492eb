package io.qtau.client;

import io.qtau.protocol.Losses;
import io.qtau.protocol.ResultKey;

/**
 * A task in the dead letters.
 *
 * @param key which, and how often it was replayed before
 * @param lostWith the agents that vanished while they ran it
 * @param sinceMs since when it is there, epoch ms; 0 = not known
 * @param body its description as it was submitted, JSON
 */
public record DeadTask(ResultKey key, String kind, Losses lostWith, long sinceMs, String body) {}
