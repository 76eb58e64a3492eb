package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code resources} of a task: four words, and names with a colon for named resources. {@code
 * cores} is a number, or {@code "all"}.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
final class ResourcesJson {
  private static final List<String> FIELDS = List.of("cores", "gpus", "memory_mb", "nodes");
  private static final String ALL = "all";
  private static final BigDecimal MOST_CORES = BigDecimal.valueOf(100_000);
  private static final BigDecimal MOST_GPUS = BigDecimal.valueOf(9_999);

  @JsonProperty @Nullable JsonNode cores;
  @JsonProperty @Nullable BigDecimal gpus;

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

  /**
   * @param usual what the task occupies when nothing is said
   */
  static @Nullable ResourcesJson of(Resources resources, Resources usual) {
    if (resources.equals(usual)) {
      return null;
    }
    ResourcesJson json = new ResourcesJson();
    json.cores =
        resources.wantsAllCores()
            ? TextNode.valueOf(ALL)
            : Json.MAPPER.getNodeFactory().numberNode(whole(resources.milliCores()));
    json.gpus = resources.milliGpus() == 0 ? null : whole(resources.milliGpus());
    json.memoryMb = resources.memoryMb() == 0 ? null : resources.memoryMb();
    json.nodes = resources.nodes() == 1 ? null : resources.nodes();
    resources
        .named()
        .forEach(
            (name, count) -> json.other.put(name, Json.MAPPER.getNodeFactory().numberNode(count)));
    return json;
  }

  private static BigDecimal whole(int thousandths) {
    BigDecimal value = BigDecimal.valueOf(thousandths, 3).stripTrailingZeros();
    return value.scale() < 0 ? value.setScale(0) : value;
  }

  /**
   * @param usual what it occupies of that of which nothing is said
   */
  Resources toResources(Resources usual) {
    return new Resources(
        cores == null || cores.isNull() ? usual.milliCores() : milliCores(cores),
        gpus == null ? usual.milliGpus() : milliGpus(gpus),
        memoryMb == null ? usual.memoryMb() : memoryMb,
        nodes == null ? usual.nodes() : nodes,
        named());
  }

  private static int milliGpus(BigDecimal gpus) {
    return gpus.signum() == 0 ? 0 : thousandths("resources.gpus", gpus, MOST_GPUS);
  }

  private static int milliCores(JsonNode cores) {
    if (cores.isTextual() && cores.textValue().equals(ALL)) {
      return Resources.ALL_CORES;
    }
    if (!cores.isNumber()) {
      throw new InvalidField("resources.cores", "must be a number or \"all\", is " + cores);
    }
    return thousandths("resources.cores", cores.decimalValue(), MOST_CORES);
  }

  private static int thousandths(String field, BigDecimal value, BigDecimal most) {
    if (value.signum() <= 0 || value.compareTo(most) > 0) {
      throw new InvalidField(
          field, "must be more than 0 and at most " + most + ", is " + value.toPlainString());
    }
    try {
      return value.movePointRight(3).intValueExact();
    } catch (ArithmeticException finer) {
      throw new InvalidField(field, "has more than three decimals: " + value.toPlainString());
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
