"""Values of NumPy, Qiskit and PennyLane as JSON."""

import base64
import hashlib
import pickle
from pathlib import Path

import pytest

EXPRESSIONS = {
    "np.float64(0.5)": 0.5,
    "np.int64(-3)": -3,
    "np.bool_(True)": True,
    "np.float32('nan')": "NaN",
    "np.complex128(1-2j)": [1.0, -2.0],
    "np.array(1.5)": 1.5,
    "np.str_('x')": "x",
    "{'e': [np.float64(1), np.float32(0.5)]}": {"e": [1.0, 0.5]},
    "np.arange(3)": {"dtype": "int64", "shape": [3], "data": [0, 1, 2]},
    "np.array([[1j, np.inf]])": {
        "dtype": "complex128",
        "shape": [1, 2],
        "data": [[[0.0, 1.0], ["Infinity", 0.0]]],
    },
    "np.array([True, False])": {"dtype": "bool", "shape": [2], "data": [True, False]},
    "np.array([], dtype='float32')": {"dtype": "float32", "shape": [0], "data": []},
    "qml.numpy.tensor([0.25, 0.5], requires_grad=True)": {
        "dtype": "float64",
        "shape": [2],
        "data": [0.25, 0.5],
    },
    "qml.numpy.tensor(0.25, requires_grad=True)": 0.25,
}

CODE = """
import numpy as np, pennylane as qml
def value(expression): return eval(expression)
def bits(shape):
    from qiskit.primitives.containers import BitArray
    samples = [[[1], [1], [2]], [[0], [3], [3]]]
    array = BitArray(np.array(samples, dtype=np.uint8), 2)
    return array if shape else array[0]
def estimate():
    from qiskit import QuantumCircuit
    from qiskit.primitives import StatevectorEstimator
    circuit = QuantumCircuit(1); circuit.x(0)
    return StatevectorEstimator().run([(circuit, ["Z", "I"]), (circuit, "Z")]).result()
"""


@pytest.fixture
def where(tmp_path):
    (tmp_path / "plain_values.py").write_text(CODE)
    return {"path": [str(tmp_path)]}


def test_numpy_and_pennylane_values_are_plain(warm, where):
    for expression, expected in EXPRESSIONS.items():
        response = warm.run(call="plain_values:value", args=[expression], **where)
        assert response.get("value") == expected, (expression, response)
        assert "pickle" not in response


def test_array_that_json_cannot_hold_is_a_pickle(warm, where):
    for expression in ("np.array([{}])", "np.array(['2026-01-01'], dtype='datetime64[D]')"):
        response = warm.run(call="plain_values:value", args=[expression], **where)
        assert "value" not in response
        assert "numpy" in repr(base64.b64decode(response["pickle"]))


def test_large_array_is_a_file_with_its_checksum(warm, where, tmp_path):
    files = str(tmp_path / "values")
    expression = "{'state': np.arange(4096.0), 'small': np.zeros(2), 'other': np.ones(3000)}"
    value = warm.value("plain_values:value", expression, files=files, **where)
    state = value["state"]
    assert (state["dtype"], state["shape"]) == ("float64", [4096])
    content = Path(state["npy"]["path"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == state["npy"]["sha256"]
    assert len(content) == state["npy"]["bytes"]
    assert content.startswith(b"\x93NUMPY")
    assert value["small"]["data"] == [0.0, 0.0]
    assert value["other"]["npy"]["path"] != state["npy"]["path"]


def test_200_mb_array_passes_as_a_file(warm, where, tmp_path):
    files = str(tmp_path / "values")
    value = warm.value("plain_values:value", "np.zeros(25_000_000)", files=files, **where)
    assert value["npy"]["bytes"] == 200_000_128
    assert warm.value("os:getpid") == warm.pid


def test_results_of_qiskit_primitives_are_plain(warm, where):
    sampled = warm.value("plain_values:bits", False, **where)
    assert sampled == {
        "num_bits": 2,
        "num_shots": 3,
        "bit_order": "c[n-1..0]",
        "counts": {"01": 2, "10": 1},
    }
    assert warm.value("plain_values:bits", True, **where)["counts"] == [
        {"01": 2, "10": 1},
        {"00": 1, "11": 2},
    ]
    estimated = warm.value("plain_values:estimate", **where)
    first, second = (result["data"] for result in estimated["results"])
    assert first["evs"] == {"dtype": "float64", "shape": [2], "data": [-1.0, 1.0]}
    assert second == {"evs": -1.0, "stds": 0.0}
    assert estimated["results"][0]["metadata"]["target_precision"] == 0.0


def test_pickle_beside_json_keeps_types(warm, where):
    response = warm.run(call="plain_values:value", args=["(1, {2: 3})"], returns="pickle", **where)
    assert pickle.loads(base64.b64decode(response["pickle"])) == (1, {2: 3})
