"""Turns one qubit of an entangled pair by many angles: one task, one sweep."""

from __future__ import annotations

import math

from qtau_command import call, values

ANGLES = [0.1 * step for step in range(64)]


def expectations() -> list[float]:
    """Return <Z1> for each of `ANGLES`: their cosines."""
    (swept,) = values([call("circuits_qiskit:rx_expectation", sweep={"theta": ANGLES})])
    return list(swept["values"])


if __name__ == "__main__":
    for angle, expectation in zip(ANGLES, expectations()):
        print(f"{angle:4.1f} {expectation:+.12f} {math.cos(angle):+.12f}")
