"""What a Qiskit makes and an older one cannot read: both really made, by Qiskit 2.6.2."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from workers import SOURCE

LATER = json.loads((Path(__file__).parent / "of_qiskit_2.6.2.json").read_text(encoding="utf-8"))

READ = """
import base64, io
def read(encoded, word=""):
    from qiskit import qpy
    return qpy.load(io.BytesIO(base64.b64decode(encoded)))[0].num_qubits
def fail(encoded): raise ValueError("for another reason")
"""

SENT = """
import base64, io, json, sys
from qiskit import QuantumCircuit, qpy
import qtau
from qtau.client import code
from qtau.client.options import Options
def told(value):
    try:
        return code.block(len, (value,), {}, Options(env=sys.argv[1])).keys() >= {"args"}
    except qtau.NotSendable as error:
        return str(error)
def encoded(**how):
    file = io.BytesIO()
    qpy.dump(circuit, file, **how)
    return base64.b64encode(file.getvalue()).decode()
circuit = QuantumCircuit(1)
print(json.dumps([told(circuit), told([{"qpy": encoded()}]), told(encoded(version=13))]))
"""


@pytest.fixture
def where(tmp_path):
    (tmp_path / "reading.py").write_text(READ)
    return {"path": [str(tmp_path)]}


def test_qpy_that_a_worker_cannot_read_is_told_with_its_versions(warm, where):
    error = warm.error(call="reading:read", args=[LATER["qpy"]], kwargs={"word": "a"}, **where)
    assert error["type"] == "QiskitError"
    assert "QPY of version 18 was sent, and the Qiskit of " in error["message"]
    assert "reads 17 and older: write it with qpy.dump(…, version=17)" in error["message"]
    assert "in read" in error["trace"]
    response = warm.run(call="reading:read", sweep=[[LATER["qpy"]], ["UUlTS0lU"]], **where)
    first, second = response["value"]["errors"]
    assert "QPY of version 18 was sent" in first["message"]
    assert "was sent" not in second["message"]


def test_a_pickle_of_a_later_qiskit_is_told_with_both_versions(warm):
    error = warm.error(pickle=LATER["pickle"], pickled_by=LATER["pickled_by"])
    assert error["type"] == "AttributeError"
    assert "CircuitData" in error["message"]
    assert "qiskit 2.6.2 made it, here is 2.5.2" in error["message"]


def test_circuits_and_qpy_are_refused_where_they_are_sent_to_an_older_qiskit(quantum, tmp_path):
    """Both are real; the environment is one that says that it is older."""
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    (packages / "qiskit-1.4.2.dist-info").mkdir(parents=True)
    common = packages / "qiskit" / "qpy" / "common.py"
    common.parent.mkdir(parents=True)
    common.write_text("import struct\n\nQPY_VERSION = 13\n")
    ended = subprocess.run(
        [quantum, "-c", SENT, str(tmp_path)],
        env={"PYTHONPATH": str(SOURCE), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    circuit, qpy, agreed = json.loads(ended.stdout)
    assert f"qiskit 2.5.2 cannot be read by qiskit 1.4.2 of {tmp_path}" in circuit
    assert f"QPY of version 17 was sent, and the Qiskit of {tmp_path} reads 13" in qpy
    assert agreed is True
