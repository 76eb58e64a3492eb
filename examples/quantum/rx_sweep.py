"""Turns one qubit of an entangled pair by many angles: one function, mapped over them."""

from __future__ import annotations

import math

from circuits_qiskit import rx_expectation

import qtau

ANGLES = [0.1 * step for step in range(64)]


def expectations() -> list[float]:
    """Return <Z1> for each of `ANGLES`: their cosines."""
    with qtau.connect() as client, client.session() as session:
        return list(session.map(rx_expectation, ANGLES))


if __name__ == "__main__":
    for angle, expectation in zip(ANGLES, expectations()):
        print(f"{angle:4.1f} {expectation:+.12f} {math.cos(angle):+.12f}")
