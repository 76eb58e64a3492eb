"""Strongly entangling layers on four qubits, on two of PennyLane's simulators: two tasks."""

from __future__ import annotations

from qtau_command import call, values

WEIGHTS = [[[0.1 * (3 * wire + angle) for angle in range(3)] for wire in range(4)]]
DEVICES = ("default.qubit", "lightning.qubit")


def expectations() -> list[list[float]]:
    """Return <Z> of the four wires, for each of `DEVICES`."""
    function = "circuits_pennylane:entangling_layers"
    return values([call(function, WEIGHTS, device) for device in DEVICES])


if __name__ == "__main__":
    for device, result in zip(DEVICES, expectations()):
        print(device, result)
