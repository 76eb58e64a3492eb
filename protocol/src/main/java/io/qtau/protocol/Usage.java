package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;

/** CPU seconds and the largest resident memory in MiB of one attempt. */
public record Usage(
    @JsonProperty("user_s") double userSeconds,
    @JsonProperty("system_s") double systemSeconds,
    @JsonProperty("max_rss_mb") double maxRssMb) {}
