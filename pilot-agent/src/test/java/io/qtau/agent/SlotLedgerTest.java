package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SlotLedgerTest {
  private final SlotLedger ledger = new SlotLedger(2000);

  @Test
  void noMoreIsTakenThanThereIs() {
    assertThat(ledger.tryTake(1500)).isTrue();
    assertThat(ledger.tryTake(1000)).isFalse();
    assertThat(ledger.tryTake(500)).isTrue();
    assertThat(ledger.free()).isZero();
  }

  @Test
  void whoWaitsGetsWhatIsReleased() throws Exception {
    assertThat(ledger.tryTake(2000)).isTrue();
    CompletableFuture<Boolean> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return ledger.take(1000, 30_000);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    ledger.release(2000);
    assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
    assertThat(ledger.free()).isEqualTo(1000);
  }

  @Test
  void aWaitEndsWithItsTime() throws Exception {
    assertThat(ledger.take(2001, 10)).isFalse();
  }
}
