package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt used.
 *
 * @param userSeconds CPU time in its own code
 * @param systemSeconds CPU time in the kernel
 * @param maxRssMb the largest resident memory, MiB
 * @param envImportSeconds how long a Python function waited until it could begin: for its
 *     environment, its interpreter and its imports; null for other kinds
 */
public record Usage(
    @JsonProperty("user_s") double userSeconds,
    @JsonProperty("system_s") double systemSeconds,
    @JsonProperty("max_rss_mb") double maxRssMb,
    @JsonProperty("env_import_s") @Nullable Double envImportSeconds) {}
