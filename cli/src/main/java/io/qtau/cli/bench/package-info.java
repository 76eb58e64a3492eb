/**
 * What {@code qtau bench} measures: throughput and round trips of the product, and beside them a
 * bare loop over the same broker and the time of an fsync.
 */
@NullMarked
package io.qtau.cli.bench;

import org.jspecify.annotations.NullMarked;
