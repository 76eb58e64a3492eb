/**
 * The broker: its configuration, the embedded one and its daemon, and the plugin with its two
 * halves, the guard (refuses what is wrong to its sender) and the steward (keeps house).
 */
@NullMarked
package io.qtau.broker;

import org.jspecify.annotations.NullMarked;
