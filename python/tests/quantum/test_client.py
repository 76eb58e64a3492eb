"""The client with PennyLane and Qiskit: what comes back, and what cannot travel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local_site import Site

REFUSED = """
import json, qtau, pennylane as qml
from qiskit import QuantumCircuit
from qiskit_aer import AerSimulator
circuit = QuantumCircuit(1); circuit.measure_all()
job = AerSimulator().run(circuit)
@qml.qnode(qml.device("lightning.qubit", wires=1))
def node(): return qml.expval(qml.Z(0))
node()
told = []
with qtau.connect() as client, client.session() as session:
    for function in (lambda: job, lambda: node()):
        try:
            session.submit(function)
        except qtau.NotSendable as error:
            told.append(str(error))
print(json.dumps(told))
"""

VALUES = """
import json, numpy as np, qtau
from qiskit import QuantumCircuit
from qiskit_aer.primitives import SamplerV2
def bell():
    circuit = QuantumCircuit(2); circuit.h(0); circuit.cx(0, 1); circuit.measure_all()
    return SamplerV2(seed=42).run([circuit], shots=1000).result()[0].data.meas
def arrays():
    return [np.array([[1 + 2j, 3]]), np.array([0.5, np.nan]), np.arange(9000.0), (1, 2)]
with qtau.connect() as client, client.session() as plain, client.session(pickle=True) as own:
    bits = plain.submit(bell).result(120)
    values = plain.submit(arrays).result(120)
    whole = own.submit(arrays).result(120)
    complexes, holes, many, pair = values
    said = [type(bits).__name__, bits.get_counts(), str(complexes.dtype)]
    said += [complexes.tolist() == [[1 + 2j, 3]], bool(np.isnan(holes[1])), many.sum(), pair]
    said += [whole[3] == (1, 2)]
print(json.dumps(said))
"""

THREADS = """
import json, qtau
MODULES = ["pennylane", "pennylane_lightning.lightning_qubit"]
def derive(qubits):
    import pennylane as qml
    @qml.qnode(qml.device("lightning.qubit", wires=qubits), diff_method="adjoint")
    def circuit(weights):
        qml.StronglyEntanglingLayers(weights, wires=range(qubits))
        return [qml.expval(qml.Z(wire)) for wire in range(qubits)]
    weights = qml.numpy.ones((1, qubits, 3))
    return len(qml.jacobian(lambda w: qml.math.stack(circuit(w)))(weights))
def ticks():
    import os
    found = {}
    for thread in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{thread}/stat") as stat:
            found[thread] = int(stat.read().rpartition(")")[2].split()[11])
    return found
def busy():
    derive(2)  # what is done once, by one thread
    before = ticks()
    derive(15)
    used = [after - before.get(thread, 0) for thread, after in ticks().items()]
    return sum(1 for one in used if one > max(used) / 5)
with qtau.connect() as client:
    session = client.session(isolation="fork", preload=MODULES, timeout=100)
    told = [[session.options(cores=cores).submit(busy) for _ in range(2)] for cores in (2, 1)]
    print(json.dumps([[future.result(150) for future in pair] for pair in told]))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: Any, quantum: str) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("site"), quantum) as site:
        yield site


def test_jobs_and_used_qnodes_are_refused_by_name(site):
    job, node = json.loads(site.program(REFUSED))
    assert "AerJob" in job
    assert "return job.result(), not the job" in job
    assert "make the device and the QNode inside the function" in node


def test_arrays_and_counts_are_what_they_were(site):
    said = json.loads(site.program(VALUES))
    assert said == [
        "BitArray", {"00": 510, "11": 490}, "complex128", True, True, 40495500.0, [1, 2], True
    ]  # fmt: skip


def test_lightning_computes_with_two_threads_in_forked_processes_one_after_the_other(site):
    assert json.loads(site.program(THREADS)) == [[2, 2], [1, 1]]
