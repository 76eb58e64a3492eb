/**
 * The scripts that start agents, as resources. They are static: settings travel in files and
 * options as arguments, never by substitution into a script.
 */
@NullMarked
package io.qtau.templates;

import org.jspecify.annotations.NullMarked;
