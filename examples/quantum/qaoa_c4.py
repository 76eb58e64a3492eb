"""MaxCut of a ring of four by QAOA with one layer: a grid of angles in one task, the best of it."""

from __future__ import annotations

import math

from qtau_command import call, values

STEPS = 8


def best_cut() -> tuple[float, float, float]:
    """Return gamma, beta, and the expected cut there."""
    grid = [
        (math.pi * gamma / STEPS, math.pi * beta / STEPS)
        for gamma in range(STEPS)
        for beta in range(STEPS // 2)
    ]
    (swept,) = values([call("circuits_pennylane:c4_cut", sweep=grid)])
    cuts = swept["values"]
    best = max(range(len(grid)), key=lambda at: round(cuts[at], 9))  # the first of equal ones
    return (*grid[best], cuts[best])


if __name__ == "__main__":
    print("gamma {:.4f}, beta {:.4f}: cut {:.12f}".format(*best_cut()))
