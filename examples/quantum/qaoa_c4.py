"""MaxCut of a ring of four by QAOA with one layer: the best of a grid of angles."""

from __future__ import annotations

import math

from circuits_pennylane import c4_cut

import qtau

STEPS = 8


def best_cut() -> tuple[float, float, float]:
    """Return gamma, beta, and the expected cut there."""
    grid = [
        (math.pi * gamma / STEPS, math.pi * beta / STEPS)
        for gamma in range(STEPS)
        for beta in range(STEPS // 2)
    ]
    with qtau.connect() as client, client.session() as session:
        cuts = list(session.map(c4_cut, *zip(*grid)))
    best = max(range(len(grid)), key=lambda at: round(cuts[at], 9))  # the first of equal ones
    return (*grid[best], cuts[best])


if __name__ == "__main__":
    print("gamma {:.4f}, beta {:.4f}: cut {:.12f}".format(*best_cut()))
