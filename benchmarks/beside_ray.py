"""Measures Python functions through QTau's client and through Ray, by turns, in one run.

    PYTHON benchmarks/beside_ray.py {noop,layers} [--tasks N] [--cores C] [--rounds R]

PYTHON is an interpreter of an environment of the benchmark's own, since Ray is none of QTau's
packages, and has what both need:

    python3 -m venv V && V/bin/pip install ray==2.60.0 pennylane==0.45.1 cloudpickle
    PYTHONPATH=python/src V/bin/python benchmarks/beside_ray.py noop

A broker and a local pilot with a home of their own are started, and a local Ray of as many CPUs,
without its dashboard. Each round submits N tasks to one, waits for all results, then does the same
with the other. Both times are the caller's, from the first submission until the last result is
there. What QTau has accepted is on disk by then; Ray's tasks and results are in memory.

The last line is one JSON object with the medians.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import python_functions
from python_tasks import Site

import qtau

HERE = Path(__file__).resolve().parent
TASKS = {"noop": 10_000, "layers": 2_000}


class ThroughQTau(Site):
    """A broker and a pilot in a directory of their own, and a client."""

    def run(self, function: Callable[[], Any], count: int) -> list[Any]:
        """Return what so many calls return."""
        return qtau.gather(self.session.submit_many(function, [()] * count))


class ThroughRay:
    """A local Ray."""

    def __init__(self, cores: int) -> None:
        self._cores = cores

    def __enter__(self) -> ThroughRay:
        import ray

        variables = {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(HERE)}
        ray.init(
            num_cpus=self._cores,
            include_dashboard=False,
            log_to_driver=False,
            runtime_env={"env_vars": variables},
        )
        return self

    def __exit__(self, *unused: object) -> None:
        import ray

        ray.shutdown()

    def run(self, function: Callable[[], Any], count: int) -> list[Any]:
        """Return what so many calls return."""
        import ray

        remote = ray.remote(function)
        results: list[Any] = ray.get([remote.remote() for _ in range(count)])
        return results


def rate(run: Callable[..., list[Any]], function: Callable[[], Any], count: int) -> float:
    """Return how many calls were done per second, of which all returned the same."""
    started = time.perf_counter()
    results = run(function, count)
    elapsed = time.perf_counter() - started
    expected = function()
    if len(results) != count or not all(_same(result, expected) for result in results):
        raise SystemExit("a call returned something else")
    return count / elapsed


def _same(result: Any, expected: Any) -> bool:
    if expected is None:
        return result is None
    return all(abs(float(one) - float(other)) < 1e-9 for one, other in zip(result, expected))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workload", choices=TASKS)
    parser.add_argument("--tasks", type=int)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    count = options.tasks or TASKS[options.workload]
    function = getattr(python_functions, options.workload)
    rates: dict[str, list[float]] = {"qtau": [], "ray": []}
    with (
        tempfile.TemporaryDirectory(prefix="qtau-bench-") as home,
        ThroughQTau(Path(home), options.cores) as through_qtau,
        ThroughRay(options.cores) as through_ray,
    ):
        systems = {"qtau": through_qtau.run, "ray": through_ray.run}
        for run in systems.values():
            run(function, 20 * options.cores)  # starts workers, and imports
        for _ in range(options.rounds):
            for name, run in systems.items():
                rates[name].append(rate(run, function, count))
            print("   ".join(f"{name} {rates[name][-1]:9.1f}/s" for name in systems), flush=True)
    medians = {name: statistics.median(measured) for name, measured in rates.items()}
    print(
        json.dumps(
            {
                "workload": options.workload,
                "tasks": count,
                "cores": options.cores,
                "qtau_per_s": round(medians["qtau"], 1),
                "ray_per_s": round(medians["ray"], 1),
                "ratio": round(medians["qtau"] / medians["ray"], 3),
            }
        )
    )


if __name__ == "__main__":
    main()
