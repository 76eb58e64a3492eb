/**
 * Gets allocations and starts agents in them. Each pilot leaves a directory with its script,
 * settings, process id and output; nothing that comes from a user is ever put into a shell's text.
 */
@NullMarked
package io.qtau.launcher;

import org.jspecify.annotations.NullMarked;
