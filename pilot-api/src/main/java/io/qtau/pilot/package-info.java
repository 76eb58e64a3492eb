/**
 * Pilots from Java: what the commands {@code qtau pilot …} do, for programs. {@link
 * io.qtau.pilot.PilotService} is the way in; a request is made with {@link
 * io.qtau.launcher.PilotRequest#on}.
 */
@NullMarked
package io.qtau.pilot;

import org.jspecify.annotations.NullMarked;
