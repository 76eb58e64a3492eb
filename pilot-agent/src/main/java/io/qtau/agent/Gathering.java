package io.qtau.agent;

import io.qtau.protocol.TaskDescription;
import java.util.function.BooleanSupplier;

/**
 * A task that has its claim and its slots here, while its other nodes are gathered: it runs then,
 * or goes back to its lane.
 *
 * @param givesBack whether nothing begins here any more
 * @param run starts it
 * @param giveBack ends it, to be run again at no cost
 */
record Gathering(
    Delivery delivery,
    TaskDescription task,
    BeforeStart.Waiting waiting,
    BeforeStart beforeStart,
    Gangs gangs,
    Packer packer,
    Admission admission,
    Settlement settlement,
    BooleanSupplier givesBack,
    Runnable run,
    Runnable giveBack)
    implements GangUser {
  @Override
  public void whole(Gang gang) {
    gangs.turnIsOver(delivery.key());
    if (!beforeStart.remove(delivery.key(), waiting)) { // The link was lost, and the claim with it.
      var unused = gang.end();
    } else if (givesBack.getAsBoolean()) {
      var unused = gang.end().thenRun(() -> packer.release(waiting.grant()));
      settlement.move(delivery, Copy.back(delivery, delivery.lane()));
    } else if (admission.endsUnbegun(delivery, task)) {
      var unused = gang.end().thenRun(() -> packer.release(waiting.grant()));
    } else {
      gangs.isWhole(delivery.key(), gang);
      run.run();
    }
  }

  @Override
  public void inVain() {
    gangs.turnIsOver(delivery.key());
    if (beforeStart.remove(delivery.key(), waiting)) {
      packer.release(waiting.grant());
      if (!admission.endsUnbegun(delivery, task)) {
        settlement.move(delivery, Copy.back(delivery, delivery.lane()));
      }
    }
  }

  @Override
  public void abandon() {
    giveBack.run();
  }

  @Override
  public boolean isWanted() {
    return !givesBack.getAsBoolean()
        && beforeStart.has(delivery.key(), waiting)
        && !admission.isCanceled(delivery, task);
  }
}
