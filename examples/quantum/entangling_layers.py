"""Strongly entangling layers on four qubits, on two of PennyLane's simulators: two tasks."""

from __future__ import annotations

import circuits_pennylane

import qtau

WEIGHTS = [[[0.1 * (3 * wire + angle) for angle in range(3)] for wire in range(4)]]
DEVICES = ("default.qubit", "lightning.qubit")


def expectations() -> list[list[float]]:
    """Return <Z> of the four wires, for each of `DEVICES`."""
    with qtau.connect() as client, client.session() as session:
        return qtau.gather(
            session.submit(circuits_pennylane.entangling_layers, WEIGHTS, device)
            for device in DEVICES
        )


if __name__ == "__main__":
    for device, result in zip(DEVICES, expectations()):
        print(device, result)
