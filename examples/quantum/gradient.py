"""The gradient of 18 angles by parameter shift: 36 circuits, one task."""

from __future__ import annotations

import itertools
import math

from circuits_pennylane import layers_energy

import qtau

LAYERS, WIRES = 2, 3
ANGLES = [0.1 * number for number in range(LAYERS * WIRES * 3)]


def shifted() -> list[list[float]]:
    """Return the angles with each of them moved up, and down, by pi/2."""
    moved = []
    for index in range(len(ANGLES)):
        for shift in (math.pi / 2, -math.pi / 2):
            moved.append([a + shift * (i == index) for i, a in enumerate(ANGLES)])
    return moved


def gradient() -> tuple[int, list[float]]:
    """Return how many tasks ran, and the derivative by each angle.

    A circuit of a millisecond is worth no task of its own: one task sweeps over all of them.
    """
    angles = shifted()
    sizes = itertools.repeat(LAYERS), itertools.repeat(WIRES)
    with qtau.connect() as client, client.session() as session:
        energies = list(session.map(layers_energy, angles, *sizes, chunk=len(angles)))
        tasks = session.state().accepted
    return tasks, [(up - down) / 2 for up, down in zip(energies[::2], energies[1::2])]


if __name__ == "__main__":
    print(gradient()[1])
