package io.qtau.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimNamesTest {
  private static final AgentName AGENT = AgentName.parse("one.0");

  @Test
  void theAgentComesBackFromTheNameOfItsClaims() {
    String claims = Addresses.claim(AGENT, "0123abcd");

    assertThat(claims).isEqualTo("qtau.claim.one.0.0123abcd");
    assertThat(Addresses.agentOfClaims(claims)).contains(AGENT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "qtau.claim.",
        "qtau.claim.one.0",
        "qtau.claim.one.0123abcd",
        "qtau.claim.one.0.0123ABCD",
        "qtau.claim.a::b.0.0123abcd",
        "qtau.task.one.0.0123abcd"
      })
  void otherNamesAreNobodysClaims(String name) {
    assertThat(Addresses.agentOfClaims(name)).isEmpty();
  }

  @Test
  void aTombstoneHitsASessionATaskOrATag() {
    SessionName session = new SessionName("s");
    TaskKey task = new TaskKey(session, new TaskId("t"));
    List<String> keys = Tombstone.keysOf(task, Map.of("a", "b"));

    assertThat(keys)
        .containsExactly(
            new Tombstone(session, null, null, null, 1).key(),
            new Tombstone(session, task.id(), null, null, 1).key(),
            new Tombstone(session, null, "a", "b", 1).key());
  }
}
