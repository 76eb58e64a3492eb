package io.qtau.agent;

import io.qtau.protocol.Lane;
import io.qtau.protocol.ResultKey;
import io.qtau.protocol.TaskKey;
import org.apache.activemq.artemis.api.core.client.ClientMessage;

/**
 * A task's message that the broker has given to one session. Only that session can settle it, and
 * only while it lives.
 *
 * @param lane the lane that it waited in, also of a claim
 * @param claimed whether it came out of this agent's claims
 * @param claimFirst whether it may have been the end of an agent: its claim is committed before it
 *     starts
 * @param failures how many executions of it have failed
 * @param restsUntilMs before when it does not start, by the broker's clock, although it came; 0 =
 *     no such time
 * @param takenUs when the task came, by the agent's clock: to its lane's consumer, also of a claim
 * @param acceptedUs the broker's stamp of the first copy; 0 = none
 * @param submittedUs the client's stamp; 0 = none
 */
@SuppressWarnings("ArrayRecordComponent") // Deliveries are never compared.
record Delivery(
    ClientMessage message,
    Intake intake,
    Lane lane,
    boolean claimed,
    boolean claimFirst,
    TaskKey key,
    String kind,
    int attempt,
    int failures,
    int losses,
    int replay,
    long restsUntilMs,
    long takenUs,
    long acceptedUs,
    long submittedUs,
    byte[] body) {
  /** The same of a task that had come here before: as its claim, or over another connection. */
  Delivery takenAt(long us) {
    return new Delivery(
        message,
        intake,
        lane,
        claimed,
        claimFirst,
        key,
        kind,
        attempt,
        failures,
        losses,
        replay,
        restsUntilMs,
        us,
        acceptedUs,
        submittedUs,
        body);
  }

  ResultKey resultKey() {
    return new ResultKey(key.session(), key.id(), replay);
  }
}
