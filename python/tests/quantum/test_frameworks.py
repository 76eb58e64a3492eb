"""PennyLane, Lightning, Qiskit and Aer in warm and forked workers."""

import json
import subprocess
import tempfile
from pathlib import Path

import pytest

from workers import SOURCE
from zygotes import Zygote

PRELOAD = ["pennylane", "pennylane_lightning.lightning_qubit", "qiskit_aer.primitives"]

CODE = """
import os, time
import numpy as np
def layers(device):
    import pennylane as qml
    weights = 0.1 * np.arange(12).reshape(1, 4, 3)
    @qml.qnode(qml.device(device, wires=4))
    def circuit():
        qml.StronglyEntanglingLayers(weights, wires=range(4))
        return [qml.expval(qml.Z(i)) for i in range(4)]
    return circuit()
def ghz(qubits, shots, seed):
    from qiskit import QuantumCircuit
    from qiskit_aer.primitives import SamplerV2
    circuit = QuantumCircuit(qubits); circuit.h(0)
    for i in range(1, qubits): circuit.cx(0, i)
    circuit.measure_all()
    return SamplerV2(seed=seed).run([circuit], shots=shots).result()[0].data.meas.get_counts()
def busy_threads(qubits):
    from qiskit import QuantumCircuit
    from qiskit_aer import AerSimulator
    circuit = QuantumCircuit(qubits)
    for layer in range(8):
        for i in range(qubits): circuit.ry(0.1 * i + layer, i)
        for i in range(qubits - 1): circuit.cx(i, i + 1)
    circuit.measure_all()
    return busy(lambda: AerSimulator(method="statevector").run(circuit).result())
def busy_threads_of_lightning(qubits):
    derive(2)  # what is done once, by one thread
    return busy(lambda: derive(qubits))
def derive(qubits):
    import pennylane as qml
    @qml.qnode(qml.device("lightning.qubit", wires=qubits), diff_method="adjoint")
    def circuit(weights):
        qml.StronglyEntanglingLayers(weights, wires=range(qubits))
        return [qml.expval(qml.Z(i)) for i in range(qubits)]
    weights = qml.numpy.ones((1, qubits, 3))
    return len(qml.jacobian(lambda w: qml.math.stack(circuit(w)))(weights))
def busy(run):
    before = ticks()
    run()
    used = [after - before.get(thread, 0) for thread, after in ticks().items()]
    return sum(1 for one in used if one > max(used) / 5)
def ticks():
    found = {}
    for thread in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{thread}/stat") as stat:
            found[thread] = int(stat.read().rpartition(")")[2].split()[11])
    return found
def crash():
    import ctypes
    ctypes.string_at(0)
def die(): os._exit(9)
def job():
    from qiskit import QuantumCircuit
    from qiskit_aer import AerSimulator
    circuit = QuantumCircuit(1); circuit.measure_all()
    return {"job": AerSimulator().run(circuit)}
def used_qnode():
    import pennylane as qml
    @qml.qnode(qml.device("lightning.qubit", wires=1))
    def circuit(): return qml.expval(qml.Z(0))
    circuit()
    return [circuit]
def noise():
    import pennylane as qml
    @qml.qnode(qml.device("default.qubit", wires=2), shots=100)
    def circuit():
        qml.Hadamard(0)
        return qml.counts(wires=[0])
    return {key: int(n) for key, n in circuit().items()}
"""
LAYERS = [0.380624769147, 0.916459525508, 0.700946908047, 0.378723230709]


@pytest.fixture
def where(tmp_path):
    (tmp_path / "framework_tasks.py").write_text(CODE)
    return {"path": [str(tmp_path)]}


@pytest.fixture(scope="module")
def zygote(quantum):
    with tempfile.TemporaryDirectory() as directory:
        zygote = Zygote(Path(directory), PRELOAD, quantum, OMP_NUM_THREADS="1")
        assert zygote.ready.get("ready"), zygote.ready
        yield zygote
        zygote.close()


def test_known_answers_in_a_warm_worker(warm, where):
    for device in ("default.qubit", "lightning.qubit"):
        response = warm.run(call="framework_tasks:layers", args=[device], **where)
        assert response["value"] == pytest.approx(LAYERS, abs=1e-11)
    assert warm.value("framework_tasks:ghz", 2, 1000, 42, **where) == {"00": 510, "11": 490}


def test_forked_workers_run_aer_and_lightning_without_importing_them(zygote, where):
    """How many a second is `benchmarks/python_tasks.py fork`'s to say."""
    for _ in range(5):
        for name, arguments in (
            ("layers", ["default.qubit"]),
            ("layers", ["lightning.qubit"]),
            ("ghz", [10, 1000, 42]),
        ):
            child = zygote.fork()
            response = child.run(call=f"framework_tasks:{name}", args=arguments, **where)
            assert response["ok"], response
            assert response["import_s"] < zygote.ready["import_s"] / 4


def test_crashes_of_forked_workers_end_their_own_task_only(zygote, where):
    for call, status in (("crash", 11), ("die", 9 << 8)):
        child = zygote.fork()
        child.send(call=f"framework_tasks:{call}", **where)
        assert zygote.told("exited", child.pid)["status"] & ~0x80 == status
    child = zygote.fork()
    assert child.run(call="framework_tasks:ghz", args=[2, 1000, 42], **where)["value"] == {
        "00": 510,
        "11": 490,
    }


def test_forked_worker_of_a_parent_that_ran_aer_is_ended(quantum, where):
    """Why a zygote only imports: this one ran a circuit when it imported, and its child hangs."""
    directory = Path(where["path"][0])
    (directory / "ran_aer.py").write_text("import framework_tasks\nframework_tasks.ghz(2, 10, 1)\n")
    with tempfile.TemporaryDirectory() as short:
        zygote = Zygote(Path(short), ["ran_aer"], quantum, path=[str(directory)], stuck_s=3)
        child = zygote.fork()
        child.send(call="framework_tasks:ghz", args=[2, 10, 1], **where)
        told = zygote.told("exited", child.pid)
        assert (told["status"], told["stuck"]) == (9, True)
        zygote.close()


def test_aer_and_lightning_obey_the_threads_of_their_worker(start, quantum, where):
    """Counts threads that computed: how fast they were depends on who else is on this machine."""
    for threads in (1, 2):
        worker = start(interpreter=quantum, variables={"OMP_NUM_THREADS": str(threads)})
        assert worker.value("framework_tasks:busy_threads", 20, **where) == threads
        worker.value("framework_tasks:derive", 1, preload=["pennylane"], **where)
        assert worker.value("framework_tasks:busy_threads_of_lightning", 15, **where) == threads


def test_what_cannot_be_sent_is_named_with_its_remedy(warm, where):
    error = warm.error(call="framework_tasks:job", **where)
    assert error["type"] == "NotSendable"
    assert 'value["job"]: qiskit_aer.jobs.aerjob.AerJob is not JSON' in error["message"]
    assert "return job.result(), not the job" in error["message"]
    error = warm.error(call="framework_tasks:used_qnode", **where)
    assert "make the device and the QNode inside the function" in error["message"]


def test_pennylane_draws_what_the_seed_says(warm, where):
    first = warm.value("framework_tasks:noise", seed=42, **where)
    assert warm.value("framework_tasks:noise", seed=42, **where) == first
    others = [warm.value("framework_tasks:noise", seed=seed, **where) for seed in range(5)]
    assert any(other != first for other in others)


def test_client_refuses_what_cannot_travel_and_tells_versions(quantum, tmp_path):
    program = """
import json, sys, threading
sys.path.insert(0, sys.argv[1])
from qtau.sending import NotSendable, pickled, qpy_version
import framework_tasks
def refused(*arguments):
    try:
        pickled(len, *arguments)
    except NotSendable as error:
        return str(error)
tape = __import__("pennylane").tape.QuantumTape([], [])
print(json.dumps([
    refused(framework_tasks.job()["job"]),
    refused({"q": framework_tasks.used_qnode()[0]}),
    refused([threading.Lock()]),
    pickled(framework_tasks.layers, tape)["pickled_by"],
    qpy_version(b"QISKIT" + bytes([13])),
]))
"""
    (tmp_path / "framework_tasks.py").write_text(CODE)
    ended = subprocess.run(
        [quantum, "-c", program, str(tmp_path)],
        env={"PYTHONPATH": str(SOURCE), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    job, qnode, lock, made_by, version = json.loads(ended.stdout)
    assert "task[1][0]: qiskit_aer.jobs.aerjob.AerJob cannot be pickled" in job
    assert "make the device and the QNode inside the function" in qnode
    assert "task[1][0][0]: _thread.lock" in lock
    assert made_by["pennylane"] == "0.45.1"
    assert made_by["python"].startswith("3.")
    assert version == 13
