/**
 * The command {@code qtau}. It wires broker, launcher, client and collector together, and turns
 * what happens into exit codes, lines for people and objects for programs.
 */
@NullMarked
package io.qtau.cli;

import org.jspecify.annotations.NullMarked;
