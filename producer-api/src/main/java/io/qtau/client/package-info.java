/**
 * The Java client: submits tasks and has their results. {@link io.qtau.client.QTau} is the way in;
 * everything durable lies in the broker, so a client may end at any time and another may go on.
 */
@NullMarked
package io.qtau.client;

import org.jspecify.annotations.NullMarked;
