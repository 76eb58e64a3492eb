package io.qtau.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SiteResourcesTest {
  private static final Capacity AGENT =
      new Capacity(4000, 0, 0, Map.of("license:x", 2, "qpu:own", 1), Set.of(), Set.of("license:x"));

  @Test
  void whatIsWrittenIsRead() {
    SiteResources site = SiteResources.parse(List.of("license:x=2", "qpu:a/b:c=1"));
    assertThat(site.named()).isEqualTo(Map.of("license:x", 2, "qpu:a/b:c", 1));
    assertThat(SiteResources.ofText(site.text())).isEqualTo(site);
    assertThat(SiteResources.ofText("")).isEqualTo(SiteResources.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "license:x, has no count",
    "license:x=0, must be 1 to",
    "license:x=-1, must be 1 to",
    "license:x=1001, must be 1 to 1000",
    "license:x=many, whole number",
    "license=1, two words around a colon",
    "license:x=1 license:x=1, is there twice"
  })
  void whatMakesNoSenseIsRefused(String words, String problem) {
    assertThatThrownBy(() -> SiteResources.parse(List.of(words.split(" "))))
        .isInstanceOf(InvalidField.class)
        .hasMessageContaining("license")
        .hasMessageContaining(problem);
  }

  private static String obstacle(String shape, Map<String, Integer> named) {
    return Fit.obstacle(
            new Lane(Pool.SHARED, new Shape(shape), Priority.NORMAL, false),
            named,
            new PilotName("p"),
            AGENT)
        .orElse("");
  }

  @Test
  void anAgentCouldRunWhatThereIsEnoughOfForAllAndOnOneNode() {
    assertThat(obstacle("c1.x01234567", Map.of("license:x", 2))).isEmpty();
    assertThat(obstacle("c1.x01234567", Map.of("license:x", 3)))
        .contains("needs 3 license:x, which all pilots share, and there are 2");
    assertThat(obstacle("c1.n2.x01234567", Map.of("license:x", 1)))
        .contains("tasks on several nodes cannot have license:x, which all pilots share");
    assertThat(obstacle("c1.n2.x01234567", Map.of("qpu:own", 1))).isEmpty();
  }
}
