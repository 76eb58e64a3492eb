package io.qtau.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.protocol.InvalidField;
import io.qtau.protocol.SessionName;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RandomNamesTest {
  @Test
  void generatedNamesAreLegalAndAllDifferent() {
    var names = Stream.generate(RandomNames::session).limit(10_000).collect(Collectors.toSet());
    assertThat(names)
        .hasSize(10_000)
        .allSatisfy(name -> assertThat(name.value()).matches("[0-9a-v]{26}"));
  }

  @Test
  void reservedAndMalformedNamesAreRefused() {
    for (String bad : new String[] {"shared", "steward", "", "a/b", "a.b", "_a"}) {
      assertThatThrownBy(() -> RandomNames.session(bad)).isInstanceOf(InvalidField.class);
    }
    assertThat(RandomNames.session("h2-scan_1")).isEqualTo(new SessionName("h2-scan_1"));
  }
}
