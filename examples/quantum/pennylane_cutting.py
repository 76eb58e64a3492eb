"""Cuts a wire of a three-qubit circuit: seven smaller circuits, seven tasks, one expectation."""

from __future__ import annotations

from typing import Any

import circuits_pennylane
import pennylane as qml

import qtau


def circuit() -> Any:
    """The circuit, and where it is cut."""
    qml.RX(0.531, wires=0)
    qml.RY(0.9, wires=1)
    qml.RX(0.3, wires=2)
    qml.CZ(wires=[0, 1])
    qml.RY(-0.4, wires=0)
    qml.WireCut(wires=1)
    qml.CZ(wires=[1, 2])
    return qml.expval(qml.Z(0) @ qml.Z(1) @ qml.Z(2))


def cut_expectation() -> tuple[int, float]:
    """Return how many tasks it took, and <ZZZ> of the whole circuit."""
    tape = qml.tape.make_qscript(circuit)()
    parts, reconstruct = qml.cut_circuit(tape, device_wires=qml.wires.Wires([0, 1]))
    with qtau.connect() as client, client.session() as session:
        tasks = [session.submit(circuits_pennylane.run_tape, part) for part in parts]
        return len(tasks), float(reconstruct(qtau.gather(tasks)))


if __name__ == "__main__":
    print("{} tasks: {:.15f}".format(*cut_expectation()))
