package io.qtau.agent;

import io.qtau.protocol.Capacity;
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
  private final Units cores;
  private final Units gpus;
  private final NamedCounts named;
  private volatile Capacity total;
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
    this.named = new NamedCounts(named);
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
    return new Capacity(
        cores.free(), gpus.free(), memoryMb, named.free(), total.kinds(), total.shared());
  }

  NamedCounts named() {
    return named;
  }

  /** What all pilots share, none of which is held here. */
  void share(Map<String, Integer> totals) {
    named.share(totals);
    total =
        new Capacity(
            total.milliCores(),
            total.milliGpus(),
            total.memoryMb(),
            named.totals(),
            total.kinds(),
            named.shared());
  }

  boolean fits(Needs needs) {
    return ownFits(needs) && named.fit(needs.named());
  }

  /** Whether it fits as far as this agent alone has it. */
  private boolean ownFits(Needs needs) {
    return !suspect
        && cores.fits(needs.milliCores())
        && gpus.fits(needs.milliGpus())
        && needs.memoryMb() <= memoryMb
        && named.ownFit(needs.named());
  }

  /** Whether all that it lacks are units that all pilots share. */
  boolean lacksUnitsOnly(Needs needs, Needs kept) {
    return !named.fit(needs.named()) && ownFitsBeside(needs, kept);
  }

  /** Whether it fits, and takes nothing that is kept for the other. */
  boolean fitsBeside(Needs needs, Needs kept) {
    return ownFitsBeside(needs, kept) && named.fitBeside(needs.named(), kept.named());
  }

  private boolean ownFitsBeside(Needs needs, Needs kept) {
    return ownFits(needs)
        && cores.fitsBeside(needs.milliCores(), kept.milliCores())
        && gpus.fitsBeside(needs.milliGpus(), kept.milliGpus())
        && (needs.memoryMb() == 0 || memoryMb - needs.memoryMb() >= kept.memoryMb());
  }

  /** Takes it; null when it does not fit. */
  @Nullable Grant take(Needs needs) {
    if (!fits(needs)) {
      return null;
    }
    memoryMb -= needs.memoryMb();
    named.take(needs.named());
    suspect = needs.alone();
    List<Integer> ownGpus = needs.milliGpus() == 0 ? List.of() : gpus.take(needs.milliGpus());
    return new Grant(needs, cores.take(needs.milliCores()), ownGpus);
  }

  /** Whether a task occupies something that another, which does not fit, has too little of. */
  boolean contend(Needs lacking, Needs other) {
    return (other.milliCores() > 0 && !cores.fits(lacking.milliCores()))
        || (other.milliGpus() > 0 && !gpus.fits(lacking.milliGpus()))
        || (other.memoryMb() > 0 && lacking.memoryMb() > memoryMb)
        || (!other.named().isEmpty() && !named.ownFit(lacking.named()));
  }

  void release(Grant grant) {
    Needs needs = grant.needs();
    cores.release(grant.cores(), needs.milliCores());
    gpus.release(grant.gpus(), needs.milliGpus());
    memoryMb += needs.memoryMb();
    named.release(needs.named());
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
