package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * A line of the table of lanes. A lane that is gone has {@code open} false.
 *
 * @param named the named resources behind {@code .x<8 hex>}; empty for other lanes
 */
public record LaneRecord(
    String lane, boolean open, @JsonProperty("named") Map<String, Integer> named) {
  public LaneRecord {
    named = named == null ? Map.of() : Map.copyOf(named);
  }
}
