package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What time the broker has.
 *
 * @param agent who asked
 * @param sentNanos the request's own stamp
 * @param brokerUs the broker's clock when it answered, epoch µs
 */
public record ClockAnswer(
    AgentName agent,
    @JsonProperty("sent_nanos") long sentNanos,
    @JsonProperty("broker_us") long brokerUs) {}
