package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SlotLedgerTest {
  private final SlotLedger ledger = new SlotLedger(2000);

  @Test
  void noMoreIsTakenThanThereIs() {
    assertThat(ledger.tryTake(new Slots(1500, false))).isTrue();
    assertThat(ledger.tryTake(new Slots(1000, false))).isFalse();
    assertThat(ledger.tryTake(new Slots(500, false))).isTrue();
    assertThat(ledger.free()).isZero();
  }

  @Test
  void whoWaitsGetsWhatIsReleased() throws Exception {
    assertThat(ledger.tryTake(new Slots(2000, false))).isTrue();
    CompletableFuture<Boolean> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return ledger.take(new Slots(1000, false), 30_000);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    ledger.release(new Slots(2000, false));
    assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
    assertThat(ledger.free()).isEqualTo(1000);
  }

  @Test
  void aWaitEndsWithItsTime() throws Exception {
    assertThat(ledger.take(new Slots(2001, false), 10)).isFalse();
  }

  @Test
  void nothingStartsBesideATaskThatMayKillItsAgent() {
    Slots suspect = new Slots(500, true);
    assertThat(ledger.tryTake(new Slots(500, false))).isTrue();
    assertThat(ledger.tryTake(suspect)).isTrue();

    assertThat(ledger.tryTake(new Slots(500, false))).isFalse();
    assertThat(ledger.tryTake(suspect)).isFalse();

    ledger.release(suspect);
    assertThat(ledger.tryTake(new Slots(500, false))).isTrue();
  }
}
