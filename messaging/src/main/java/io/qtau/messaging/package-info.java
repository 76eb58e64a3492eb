/**
 * Connects to the broker: the only maker of Artemis clients. Clients and collector get a Jakarta
 * JMS connection factory; agents get the core API, since a transacted JMS session acknowledges on
 * receive.
 */
@NullMarked
package io.qtau.messaging;

import org.jspecify.annotations.NullMarked;
