"""The examples, each against its known answer, through a real broker and a real pilot."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import pytest

from earlier_programs import program
from local_site import EXAMPLES, Site

LAYERS = [0.380624769147, 0.916459525508, 0.700946908047, 0.378723230709]


@pytest.fixture(scope="module")
def site(tmp_path_factory: Any, quantum: str) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("site"), quantum) as site:
        yield site


def test_bell_and_ghz_counts_of_a_seed(site):
    bell, ghz = site.example("sampling", "sample()")
    assert bell == {"00": 510, "11": 490}
    assert ghz == {"00000": 2124, "11111": 1972}


def test_rx_sweep_gives_cosines(site):
    expectations = site.example("rx_sweep", "expectations()")
    assert len(expectations) == 64
    for step, expectation in enumerate(expectations):
        assert expectation == pytest.approx(math.cos(0.1 * step), abs=1e-9)
    assert expectations[3] == pytest.approx(0.955336489125606, abs=1e-9)


def test_entangling_layers_on_two_simulators(site):
    for result in site.example("entangling_layers", "expectations()"):
        assert result == pytest.approx(LAYERS, abs=1e-11)


def test_vqe_reaches_the_ground_state_of_h2(site):
    energy = site.example("vqe_h2", "minimum().fun")
    assert energy == pytest.approx(-1.137306035753, abs=1e-6)


def test_qaoa_cuts_three_edges_of_four(site):
    gamma, beta, cut = site.example("qaoa_c4", "best_cut()")
    assert cut == pytest.approx(3.0, abs=1e-9)
    assert (gamma, beta) == pytest.approx((math.pi / 4, math.pi / 8))


def test_pennylane_cut_of_seven_tasks(site):
    tasks, expectation = site.example("pennylane_cutting", "cut_expectation()")
    assert tasks == 7
    assert expectation == pytest.approx(0.471651988821112, abs=1e-9)


def test_qiskit_cut_of_72_tasks(site):
    whole, (exact_tasks, exact), (tasks, sampled) = site.example(
        "qiskit_cutting", "(exact_expectation(), exact(), sampled(4096))"
    )
    assert (exact_tasks, tasks) == (72, 72)
    assert whole == pytest.approx(1.9493867930140847, abs=1e-9)
    assert exact == pytest.approx(1.9493867930140847, abs=1e-9)
    assert sampled == pytest.approx(2.0173418521881095, abs=1e-9)


def test_gradient_of_36_circuits_is_that_of_backpropagation(site):
    (tasks, gradient), expected = site.example(
        "gradient", "(gradient(), expected())", extra=EXPECTED
    )
    assert (tasks, len(gradient)) == (1, 18)
    assert gradient == pytest.approx(expected, abs=1e-9)


EXPECTED = """
def expected():
    import pennylane as qml
    from pennylane import numpy as np
    @qml.qnode(qml.device("default.qubit", wires=WIRES))
    def circuit(angles):
        qml.StronglyEntanglingLayers(angles.reshape(LAYERS, WIRES, 3), wires=range(WIRES))
        return qml.expval(qml.prod(*(qml.Z(wire) for wire in range(WIRES))))
    return [float(d) for d in qml.grad(circuit)(np.array(ANGLES, requires_grad=True))]
"""


SCRIPTS = {
    "sampling": ["{'00': 510, '11': 490}", "{'00000': 2124, '11111': 1972}"],
    "rx_sweep": [
        f"{0.1 * n:4.1f} {math.cos(0.1 * n):+.12f} {math.cos(0.1 * n):+.12f}" for n in (3, 63)
    ],
    "entangling_layers": ["default.qubit [0.3806247691", "lightning.qubit [0.3806247691"],
    "vqe_h2": ["-1.13730", " Ha at "],
    "qaoa_c4": ["gamma 0.7854, beta 0.3927: cut 3.000000000000"],
    "pennylane_cutting": ["7 tasks: 0.471651988821"],
    "qiskit_cutting": [
        "whole circuit        1.94938679",
        "72 tasks, exact      1.94938679",
        "72 tasks, 256 shots ",
    ],
    "gradient": ["["],
}

RUN_ALL = """
import runpy, sys
for number, script in enumerate(sys.argv[1:]):
    sys.argv = [script, "256"]
    print(f"--- {number}")
    runpy.run_path(script, run_name="__main__")
"""


def test_each_example_is_tested_and_runs_as_a_script(site):
    """In one process, since most of a script's time is what it imports."""
    scripts = {path.stem for path in EXAMPLES.glob("*.py")}
    assert {name for name in scripts if not name.startswith("circuits_")} == set(SCRIPTS)
    said = site.program(RUN_ALL, *(str(EXAMPLES / f"{name}.py") for name in SCRIPTS))
    parts = re.split(r"--- \d+\n", said)[1:]
    assert len(parts) == len(SCRIPTS)
    for (name, words), part in zip(SCRIPTS.items(), parts):
        assert [word for word in words if word not in part] == [], (name, part)
    assert len(json.loads(parts[-1])) == 18


def test_the_earlier_programs_circuits_come_back_as_lists_of_four(site, tmp_path):
    said = site.program(program(3), HOME=str(tmp_path), PYTHONWARNINGS="ignore")
    numbers = [float(number) for number in re.findall(r"-?\d\.\d+(?:e-?\d+)?", said)]
    assert said.startswith("Quantum circuit results: [")
    assert len(numbers) == 40
    assert all(-1 <= number <= 1 for number in numbers)
    assert len(set(numbers)) == 40  # each task has weights of its own
