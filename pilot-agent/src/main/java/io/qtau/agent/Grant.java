package io.qtau.agent;

import java.util.List;

/**
 * What was taken for a task out of a {@link SlotLedger}. It goes back there, once.
 *
 * @param cores which of the ledger's cores, by their places there; the last one in part, if need be
 * @param gpus which of its GPUs, by their places there
 */
record Grant(Needs needs, List<Integer> cores, List<Integer> gpus) {}
