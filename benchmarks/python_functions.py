"""What the benchmark of Python tasks calls, through QTau and in a bare loop."""

from __future__ import annotations


def noop() -> None:
    """Do nothing."""


def layers() -> list[float]:
    """Return <Z> of four wires behind one entangling layer, with PennyLane: about 2 ms."""
    import numpy as np
    import pennylane as qml

    weights = 0.1 * np.arange(12).reshape(1, 4, 3)

    @qml.qnode(qml.device("default.qubit", wires=4))
    def circuit() -> list[float]:
        qml.StronglyEntanglingLayers(weights, wires=range(4))
        return [qml.expval(qml.Z(wire)) for wire in range(4)]

    return circuit()


def aer() -> dict[str, int]:
    """Return the counts of a GHZ state of ten qubits, 1,000 shots, with Aer: 6 to 10 ms."""
    from qiskit import QuantumCircuit
    from qiskit_aer.primitives import SamplerV2

    circuit = QuantumCircuit(10)
    circuit.h(0)
    for qubit in range(1, 10):
        circuit.cx(0, qubit)
    circuit.measure_all()
    return SamplerV2(seed=42).run([circuit], shots=1000).result()[0].data.meas.get_counts()
