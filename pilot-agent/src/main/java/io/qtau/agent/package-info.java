/**
 * One node of a pilot: takes tasks from lanes, runs them in slots, and settles each with its result
 * in one transaction. {@link io.qtau.agent.Agent} holds it together; {@link io.qtau.agent.Link} is
 * one connected life of it.
 */
@NullMarked
package io.qtau.agent;

import org.jspecify.annotations.NullMarked;
