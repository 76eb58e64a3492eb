"""Functions that tasks call, with Qiskit and its Aer simulator. What they return is plain JSON."""

from __future__ import annotations

import base64
import io
from collections import Counter

from qiskit import QuantumCircuit, qpy
from qiskit.primitives import StatevectorEstimator
from qiskit.quantum_info import SparsePauliOp
from qiskit_addon_cutting.utils.simulation import ExactSampler
from qiskit_aer.primitives import SamplerV2

import qtau

QPY_VERSION = 13  # the oldest that IBM's service takes; every Qiskit since 1.3 reads it


def ghz_counts(qubits: int, shots: int) -> dict[str, int]:
    """Return the counts of a GHZ state; two qubits are a Bell pair."""
    circuit = QuantumCircuit(qubits)
    circuit.h(0)
    for qubit in range(1, qubits):
        circuit.cx(0, qubit)
    circuit.measure_all()
    result = SamplerV2(seed=qtau.task_seed()).run([circuit], shots=shots).result()
    return dict(sorted(result[0].data.meas.get_counts().items()))


def rx_expectation(theta: float) -> float:
    """Return <Z1> of rx(theta) on qubit 0, then cx 0 -> 1: cos(theta)."""
    circuit = QuantumCircuit(2)
    circuit.rx(theta, 0)
    circuit.cx(0, 1)
    observable = SparsePauliOp.from_sparse_list([("Z", [1], 1.0)], num_qubits=2)
    return float(StatevectorEstimator().run([(circuit, observable)]).result()[0].data.evs)


def encode(circuit: QuantumCircuit) -> str:
    """Return a circuit as base64 of QPY, in a version that other Qiskits read too."""
    file = io.BytesIO()
    qpy.dump(circuit, file, version=QPY_VERSION)
    return base64.b64encode(file.getvalue()).decode("ascii")


def decode(encoded: str) -> QuantumCircuit:
    """Return the circuit of `encode`."""
    return qpy.load(io.BytesIO(base64.b64decode(encoded)))[0]


def joint_counts(encoded: str, shots: int) -> dict[str, int]:
    """Return how often each pair of outcomes came: "observable qpd", bits of each register.

    Counts of each register alone would lose the sign that the qpd bits give.
    """
    circuit = decode(encoded)
    data = SamplerV2(seed=qtau.task_seed()).run([circuit], shots=shots).result()[0].data
    observable = data.observable_measurements
    qpd = data.qpd_measurements
    pairs = zip(observable.get_bitstrings(), qpd.get_bitstrings())
    return dict(Counter(" ".join(pair) for pair in pairs))


def exact_outcomes(encoded: str) -> dict[str, float]:
    """Return the probability of each outcome, by the integer of all its bits."""
    distribution = ExactSampler().run([decode(encoded)]).result().quasi_dists[0]
    return {str(outcome): float(weight) for outcome, weight in distribution.items()}
