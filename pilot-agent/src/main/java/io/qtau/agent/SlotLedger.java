package io.qtau.agent;

import io.qtau.protocol.Capacity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of this node tasks occupy. Whole cores and GPUs belong to one task; parts of one are shared
 * until it is full. While a task runs that may kill its agent, nothing is free: what began before
 * it goes on. Not for several threads; {@link Packer} is.
 */
final class SlotLedger {
  private final Capacity total;
  private final Units cores;
  private final Units gpus;
  private final Map<String, Integer> named;
  private long memoryMb;
  private boolean suspect;

  /**
   * @param kinds kinds of tasks that run here beside the built-in ones
   */
  SlotLedger(
      Units cores, Units gpus, long memoryMb, Map<String, Integer> named, Set<String> kinds) {
    this.cores = cores;
    this.gpus = gpus;
    this.memoryMb = memoryMb;
    this.named = new HashMap<>(named);
    total = new Capacity(cores.total(), gpus.total(), memoryMb, named, kinds);
  }

  /** So many cores, and nothing else. */
  static SlotLedger ofCores(int count) {
    return new SlotLedger(Units.alike(count), Units.alike(0), 0, Map.of(), Set.of());
  }

  Capacity total() {
    return total;
  }

  Capacity free() {
    return new Capacity(cores.free(), gpus.free(), memoryMb, named, total.kinds());
  }

  boolean fits(Needs needs) {
    return !suspect
        && cores.fits(needs.milliCores())
        && gpus.fits(needs.milliGpus())
        && needs.memoryMb() <= memoryMb
        && namedFit(needs.named());
  }

  private boolean namedFit(Map<String, Integer> wanted) {
    for (Map.Entry<String, Integer> one : wanted.entrySet()) {
      if (named.getOrDefault(one.getKey(), 0) < one.getValue()) {
        return false;
      }
    }
    return true;
  }

  /** Whether it fits, and takes nothing that is kept for the other. */
  boolean fitsBeside(Needs needs, Needs kept) {
    return fits(needs)
        && cores.fitsBeside(needs.milliCores(), kept.milliCores())
        && gpus.fitsBeside(needs.milliGpus(), kept.milliGpus())
        && (needs.memoryMb() == 0 || memoryMb - needs.memoryMb() >= kept.memoryMb())
        && needs.named().entrySet().stream()
            .allMatch(
                one ->
                    named.getOrDefault(one.getKey(), 0) - one.getValue()
                        >= kept.named().getOrDefault(one.getKey(), 0));
  }

  /** Takes it; null when it does not fit. */
  @Nullable Grant take(Needs needs) {
    if (!fits(needs)) {
      return null;
    }
    memoryMb -= needs.memoryMb();
    needs.named().forEach((name, count) -> named.merge(name, -count, Integer::sum));
    suspect = needs.alone();
    List<Integer> ownGpus = needs.milliGpus() == 0 ? List.of() : gpus.take(needs.milliGpus());
    return new Grant(needs, cores.take(needs.milliCores()), ownGpus);
  }

  /** Whether a task occupies something that another, which does not fit, has too little of. */
  boolean contend(Needs lacking, Needs other) {
    return (other.milliCores() > 0 && !cores.fits(lacking.milliCores()))
        || (other.milliGpus() > 0 && !gpus.fits(lacking.milliGpus()))
        || (other.memoryMb() > 0 && lacking.memoryMb() > memoryMb)
        || (!other.named().isEmpty() && !namedFit(lacking.named()));
  }

  void release(Grant grant) {
    Needs needs = grant.needs();
    cores.release(grant.cores(), needs.milliCores());
    gpus.release(grant.gpus(), needs.milliGpus());
    memoryMb += needs.memoryMb();
    needs.named().forEach((name, count) -> named.merge(name, count, Integer::sum));
    suspect &= !needs.alone();
  }

  /**
   * Takes for the same task what it really needs instead; null when that does not fit, and then
   * nothing is taken any more.
   */
  @Nullable Grant exchange(Grant grant, Needs own) {
    release(grant);
    return take(own);
  }
}
