package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@code resources} of a task: five words, and names with a colon for named resources. */
@JsonInclude(JsonInclude.Include.NON_NULL)
final class ResourcesJson {
  private static final List<String> FIELDS = List.of("cores", "gpus", "memory_mb", "nodes");
  private static final BigDecimal MOST_CORES = BigDecimal.valueOf(100_000);

  @JsonProperty @Nullable BigDecimal cores;
  @JsonProperty @Nullable Integer gpus;

  @JsonProperty("memory_mb")
  @Nullable Long memoryMb;

  @JsonProperty @Nullable Integer nodes;
  private final Map<String, JsonNode> other = new LinkedHashMap<>();

  @JsonCreator
  ResourcesJson() {}

  @JsonAnySetter
  void put(String name, JsonNode count) {
    other.put(name, count);
  }

  @JsonAnyGetter
  Map<String, JsonNode> other() {
    return other;
  }

  static @Nullable ResourcesJson of(Resources resources) {
    if (resources.equals(Resources.ONE_CORE)) {
      return null;
    }
    ResourcesJson json = new ResourcesJson();
    json.cores = BigDecimal.valueOf(resources.milliCores(), 3).stripTrailingZeros();
    json.cores = json.cores.scale() < 0 ? json.cores.setScale(0) : json.cores;
    json.gpus = resources.gpus() == 0 ? null : resources.gpus();
    json.memoryMb = resources.memoryMb() == 0 ? null : resources.memoryMb();
    json.nodes = resources.nodes() == 1 ? null : resources.nodes();
    resources
        .named()
        .forEach(
            (name, count) -> json.other.put(name, Json.MAPPER.getNodeFactory().numberNode(count)));
    return json;
  }

  Resources toResources() {
    return new Resources(
        milliCores(cores),
        gpus == null ? 0 : gpus,
        memoryMb == null ? 0 : memoryMb,
        nodes == null ? 1 : nodes,
        named());
  }

  private static int milliCores(@Nullable BigDecimal cores) {
    if (cores == null) {
      return 1000;
    }
    if (cores.signum() <= 0 || cores.compareTo(MOST_CORES) > 0) {
      throw new InvalidField(
          "resources.cores", "must be more than 0 and at most 100000, is " + cores.toPlainString());
    }
    try {
      return cores.movePointRight(3).intValueExact();
    } catch (ArithmeticException finer) {
      throw new InvalidField("resources.cores", "has more than three decimals: " + cores);
    }
  }

  private Map<String, Integer> named() {
    Map<String, Integer> named = new LinkedHashMap<>();
    other.forEach((name, count) -> named.put(checkName(name), checkCount(name, count)));
    return named;
  }

  private static String checkName(String name) {
    if (name.indexOf(':') < 0) {
      throw new InvalidField("resources." + name, "is not a resource" + Nearest.hint(name, FIELDS));
    }
    return name;
  }

  private static int checkCount(String name, JsonNode count) {
    if (!count.isInt() || count.intValue() <= 0) {
      throw new InvalidField("resources." + name, "must be a whole number above 0, is " + count);
    }
    return count.intValue();
  }
}
