package io.qtau.launcher;

import io.qtau.protocol.PilotName;

/** A pilot that was asked for, and the directory that holds all that is known of it. */
public record Allocation(PilotName name, PilotDirectory directory) {}
