package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * An agent asks what time the broker has. The answer, a {@link ClockAnswer}, comes to the control
 * address of its pilot.
 *
 * @param sentNanos the agent's monotonic clock; comes back as it is
 */
public record ClockRequest(AgentName agent, @JsonProperty("sent_nanos") long sentNanos) {}
