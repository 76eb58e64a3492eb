package io.qtau.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.protocol.SessionName;
import io.qtau.protocol.SessionRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionStateTest {
  private static final SessionName S = new SessionName("s");

  private static SessionState state(SessionRecord... records) {
    return SessionState.of(S, List.of(records));
  }

  private static SessionRecord sent(String writer, long accepted, boolean sealed) {
    return new SessionRecord.Sent(S, writer, accepted, 1, sealed);
  }

  private static SessionRecord read(long taken, long notSuccessful) {
    return new SessionRecord.Read(S, taken, notSuccessful, "r");
  }

  private static SessionRecord made() {
    return new SessionRecord.Made(S, null, 1);
  }

  @Test
  void itIsDoneWhenEveryWriterIsSealedAndEveryResultTaken() {
    assertThat(state(made(), sent("a", 2, true), sent("b", 3, true), read(5, 1)))
        .isEqualTo(new SessionState(S, 5, 5, 1, 2, true, false))
        .matches(SessionState::done);
  }

  @Test
  void itIsNotDoneWhileOneWriterIsOpenOrOneResultIsOut() {
    assertThat(state(sent("a", 2, true), sent("b", 3, false), read(5, 0)).done()).isFalse();
    assertThat(state(sent("a", 2, true), read(1, 0)).done()).isFalse();
    assertThat(state(sent("a", 2, true), read(1, 0)).open()).isEqualTo(1);
  }

  @Test
  void anEmptySealedSessionIsDone() {
    assertThat(state(sent("a", 0, true)).done()).isTrue();
  }

  @Test
  void aSessionThatOnlyForeignersFeedIsNeverDone() {
    SessionState foreign = state(made(), read(7, 0));
    assertThat(foreign.fedByForeign()).isTrue();
    assertThat(foreign.done()).isFalse();
    assertThat(foreign.open()).isZero();
  }

  @Test
  void nothingKnownIsNotForeign() {
    assertThat(state().fedByForeign()).isFalse();
    assertThat(state().done()).isFalse();
  }
}
