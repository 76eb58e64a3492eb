"""Functions that tasks call, with PennyLane. Devices are made inside: nothing is kept or sent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pennylane as qml

# H2 at 0.735 A, two qubits, Ha; the nuclear repulsion comes on top.
H2_NUCLEAR = 0.7199689944489797
H2_TERMS = (
    (-1.052373245772859, qml.I(0)),
    (0.39793742484318045, qml.Z(1)),
    (-0.39793742484318045, qml.Z(0)),
    (-0.01128010425623538, qml.Z(0) @ qml.Z(1)),
    (0.18093119978423156, qml.X(0) @ qml.X(1)),
)
C4_EDGES = ((0, 1), (1, 2), (2, 3), (3, 0))


def entangling_layers(weights: list[Any], device: str = "default.qubit") -> Any:
    """Return <Z> of each wire behind `StronglyEntanglingLayers`."""
    array = np.array(weights)
    wires = range(array.shape[1])

    @qml.qnode(qml.device(device, wires=len(wires)))
    def circuit() -> Any:
        qml.StronglyEntanglingLayers(array, wires=wires)
        return [qml.expval(qml.Z(wire)) for wire in wires]

    return circuit()


def layers_energy(angles: list[float], layers: int, wires: int) -> float:
    """Return <Z0 Z1 ...> behind layers whose angles stand in one list: a function to derive."""
    weights = np.array(angles).reshape(layers, wires, 3)

    @qml.qnode(qml.device("lightning.qubit", wires=wires))
    def circuit() -> Any:
        qml.StronglyEntanglingLayers(weights, wires=range(wires))
        return qml.expval(qml.prod(*(qml.Z(wire) for wire in range(wires))))

    return float(circuit())


def h2_energy(theta: float) -> float:
    """Return the energy of H2 in Ha for an ansatz of one angle."""

    @qml.qnode(qml.device("default.qubit", wires=2))
    def circuit() -> Any:
        qml.X(0)
        qml.SingleExcitation(theta, wires=[0, 1])
        return qml.expval(qml.dot(*zip(*H2_TERMS)))

    return float(circuit()) + H2_NUCLEAR


def c4_cut(gamma: float, beta: float) -> float:
    """Return the expected cut of the ring of four, by QAOA with one layer."""

    @qml.qnode(qml.device("default.qubit", wires=4))
    def circuit() -> Any:
        for wire in range(4):
            qml.Hadamard(wire)
        for edge in C4_EDGES:
            qml.IsingZZ(-gamma, wires=edge)
        for wire in range(4):
            qml.RX(2 * beta, wires=wire)
        return [qml.expval(qml.Z(a) @ qml.Z(b)) for a, b in C4_EDGES]

    return float(sum((1 - correlation) / 2 for correlation in circuit()))


def run_tape(tape: Any) -> Any:
    """Return the results of one tape's measurements."""
    device = qml.device("default.qubit", wires=tape.wires)
    return qml.execute([tape], device)[0]
