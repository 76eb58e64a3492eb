"""Finds the ground state of H2: the optimiser is here, each of its steps is a batch of tasks."""

from __future__ import annotations

import math
from typing import Any

from circuits_pennylane import h2_energy
from scipy.optimize import minimize

import qtau

HARTREE_FOCK = math.pi
SHIFTS = (0.0, math.pi / 2, -math.pi / 2, 3 * math.pi / 2, -3 * math.pi / 2)
_FIRST = (math.sqrt(2) + 1) / (4 * math.sqrt(2))
_SECOND = (math.sqrt(2) - 1) / (4 * math.sqrt(2))


def energy_and_gradient(session: qtau.Session, theta: float) -> tuple[float, float]:
    """Return the energy and its derivative by the four-term shift rule: five tasks."""
    here, plus, minus, far_plus, far_minus = qtau.gather(
        session.submit_many(h2_energy, [(theta + shift,) for shift in SHIFTS])
    )
    return here, _FIRST * (plus - minus) - _SECOND * (far_plus - far_minus)


def minimum() -> Any:
    """Return what SciPy's BFGS finds, `fun` in Ha."""
    with qtau.connect() as client, client.session() as session:
        return minimize(
            lambda x: energy_and_gradient(session, float(x[0])),
            x0=[HARTREE_FOCK],
            jac=True,
            method="BFGS",
            tol=1e-4,
        )


if __name__ == "__main__":
    found = minimum()
    print(f"{found.fun:.12f} Ha at {found.x[0]:.6f} after {found.nfev} batches")
