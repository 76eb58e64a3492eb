"""Cuts a seven-qubit circuit into parts of three and four qubits: 72 tasks, one expectation.

Each task has a circuit as QPY, shots and a seed, and returns joint counts; what they mean together
is worked out here.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import circuits_qiskit
import numpy as np
from circuits_qiskit import exact_outcomes, joint_counts
from qiskit.circuit.library import efficient_su2
from qiskit.primitives import SamplerResult
from qiskit.quantum_info import SparsePauliOp, Statevector
from qiskit.result import QuasiDistribution
from qiskit_addon_cutting import (
    cut_wires,
    expand_observables,
    generate_cutting_experiments,
    partition_problem,
    reconstruct_expectation_values,
)
from qiskit_addon_cutting.automated_cut_finding import (
    DeviceConstraints,
    OptimizationParameters,
    find_cuts,
)

import qtau

OBSERVABLE = SparsePauliOp(["ZIIIIII", "IIIIIZI", "IIIIIIZ"])
SEED = 42  # of the first task; the others count on from it


@dataclass
class CutCircuit:
    """The parts of a circuit, and what is needed to put their results together."""

    subexperiments: dict[Any, list[Any]]
    coefficients: Any
    subobservables: Any

    def expectation(self, outcomes: list[dict[int, float]]) -> float:
        """Return the whole circuit's expectation from the outcomes of all parts, in order."""
        results = {}
        rest = list(outcomes)
        for label, experiments in self.subexperiments.items():
            here, rest = rest[: len(experiments)], rest[len(experiments) :]
            results[label] = SamplerResult(
                [QuasiDistribution(part) for part in here], [{}] * len(here)
            )
        terms = reconstruct_expectation_values(results, self.coefficients, self.subobservables)
        return float(np.dot(terms, OBSERVABLE.coeffs).real)


def whole_circuit() -> Any:
    """Return the circuit before it is cut."""
    circuit = efficient_su2(7, reps=2)
    return circuit.assign_parameters([0.4] * circuit.num_parameters)


def exact_expectation() -> float:
    """Return what the whole circuit gives."""
    return float(Statevector(whole_circuit()).expectation_value(OBSERVABLE).real)


def cut() -> CutCircuit:
    """Find the cuts, and make the subexperiments."""
    circuit = whole_circuit()
    cut_circuit, _ = find_cuts(
        circuit, OptimizationParameters(seed=111), DeviceConstraints(qubits_per_subcircuit=4)
    )
    wires_cut = cut_wires(cut_circuit)
    problem = partition_problem(
        circuit=wires_cut, observables=expand_observables(OBSERVABLE.paulis, circuit, wires_cut)
    )
    subexperiments, coefficients = generate_cutting_experiments(
        circuits=problem.subcircuits, observables=problem.subobservables, num_samples=np.inf
    )
    return CutCircuit(subexperiments, coefficients, problem.subobservables)


def encoded(parts: CutCircuit) -> list[str]:
    """Return all subexperiments as QPY, part by part."""
    return [
        circuits_qiskit.encode(circuit)
        for experiments in parts.subexperiments.values()
        for circuit in experiments
    ]


def sampled(shots: int) -> tuple[int, float]:
    """Return how many tasks it took, and the expectation from so many shots of each."""
    parts = cut()
    with qtau.connect() as client, client.session() as session:
        tasks = [
            session.options(seed=SEED + number).submit(joint_counts, qpy, shots)
            for number, qpy in enumerate(encoded(parts))
        ]
        outcomes = [
            {_outcome(pair): count / shots for pair, count in counts.items()}
            for counts in qtau.gather(tasks)
        ]
    return len(tasks), parts.expectation(outcomes)


def exact() -> tuple[int, float]:
    """Return the same from exact probabilities."""
    parts = cut()
    with qtau.connect() as client, client.session() as session:
        tasks = session.submit_many(exact_outcomes, [(qpy,) for qpy in encoded(parts)])
        outcomes = [{int(bits): p for bits, p in part.items()} for part in qtau.gather(tasks)]
    return len(tasks), parts.expectation(outcomes)


def _outcome(pair: str) -> int:
    """Return the integer of all bits: those of the observable are the lower ones."""
    observable, qpd = pair.split(" ")
    return int(observable, 2) | int(qpd or "0", 2) << len(observable)


if __name__ == "__main__":
    shots = int(sys.argv[1]) if len(sys.argv) > 1 else 4096
    print(f"whole circuit        {exact_expectation():.16f}")
    print("{} tasks, exact      {:.16f}".format(*exact()))
    number, expectation = sampled(shots)
    print(f"{number} tasks, {shots} shots {expectation:.16f}")
