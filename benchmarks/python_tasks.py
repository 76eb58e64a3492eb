"""Measures Python tasks through QTau against a bare loop in as many processes.

    PYTHONPATH=python/src PYTHON benchmarks/python_tasks.py {noop,layers,aer,fork}
        [--tasks N] [--cores C] [--rounds R]

PYTHON is the interpreter whose packages are measured: `layers` needs PennyLane, `aer` and `fork`
Qiskit's Aer too (python/requirements-quantum.txt). It starts a broker and a local pilot with a home
of their own, warms all of them with functions that do nothing, and measures R rounds, one after the
other: N tasks through QTau, then N calls in C processes with OMP_NUM_THREADS=1. QTau's time is its
client's, from before the first submission until it has the last result: every task and every result
was on disk. `fork` runs `layers` and `aer` by turns in forked processes; it has no loop beside it.

The last line is one JSON object with the medians.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Self

import qtau

HERE = Path(__file__).resolve().parent
QTAU = os.environ.get("QTAU", str(HERE.parent / "qtau"))
TASKS = {"noop": 20_000, "layers": 2_000, "aer": 1_000, "fork": 100}
WARM_UP = 10_000  # a cold JVM compiles for some seconds, at the cost of the tasks
FORKED = ("layers", "aer")
PRELOAD = ["pennylane", "pennylane_lightning.lightning_qubit", "qiskit_aer.primitives"]


class Site:
    """A broker and a pilot in a directory of their own, and a client."""

    def __init__(self, home: Path, cores: int) -> None:
        self._home = home
        self._cores = cores

    def __enter__(self) -> Self:
        self._qtau("broker", "start")
        cores = str(self._cores)
        self._qtau("pilot", "start", "--resource", "local://", "--cores-per-node", cores, "--wait")
        self._client = qtau.connect(home=self._home)
        self.session = self._client.session()
        return self

    def __exit__(self, *unused: object) -> None:
        self._client.close()
        self._qtau("pilot", "stop", "--all")
        self._qtau("broker", "stop")

    def rate(self, tasks: list[dict[str, Any]]) -> float:
        """Return how many of the tasks were done per second."""
        started = time.perf_counter()
        qtau.gather(self.session.submit_tasks(tasks))
        return len(tasks) / (time.perf_counter() - started)

    def _qtau(self, *arguments: str) -> None:
        environment = {**os.environ, "QTAU_HOME": str(self._home)}
        subprocess.run([QTAU, *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)


def described(name: str, count: int) -> list[dict[str, Any]]:
    """Return so many tasks."""
    names = FORKED if name == "fork" else (name,)
    fork = {"isolation": "fork", "preload": PRELOAD} if name == "fork" else {}
    return [
        {
            "kind": "python",
            "python": {
                "call": f"python_functions:{names[number % len(names)]}",
                "env": sys.prefix,
                "path": [str(HERE)],
                **fork,
            },
        }
        for number in range(count)
    ]


def bare_rate(name: str, count: int, cores: int) -> float:
    """Return how many calls per second a loop makes in each of so many processes, together."""
    with multiprocessing.get_context("spawn").Pool(cores) as pool:
        pool.map(_loop, [(name, 20)] * cores, chunksize=1)  # imports, and first runs
        started = time.perf_counter()
        pool.map(_loop, [(name, count // cores)] * cores, chunksize=1)
        return count / (time.perf_counter() - started)


def _loop(work: tuple[str, int]) -> None:
    import python_functions

    name, count = work
    function = getattr(python_functions, name)
    for _ in range(count):
        function()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workload", choices=TASKS)
    parser.add_argument("--tasks", type=int)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    count = options.tasks or TASKS[options.workload]
    os.environ["OMP_NUM_THREADS"] = "1"  # of the loop's processes; QTau's follow from the cores
    rates: list[float] = []
    bare: list[float] = []
    with (
        tempfile.TemporaryDirectory(prefix="qtau-bench-") as home,
        Site(Path(home), options.cores) as site,
    ):
        site.rate(described("noop", WARM_UP))
        site.rate(described(options.workload, 20 * options.cores))
        for _ in range(options.rounds):
            rates.append(site.rate(described(options.workload, count)))
            if options.workload != "fork":
                bare.append(bare_rate(options.workload, count, options.cores))
            print(f"qtau {rates[-1]:9.1f}/s   loop {bare[-1] if bare else 0:9.1f}/s", flush=True)
    print(
        json.dumps(
            {
                "workload": options.workload,
                "tasks": count,
                "cores": options.cores,
                "tasks_per_s": round(statistics.median(rates), 1),
                "loop_per_s": round(statistics.median(bare), 1) if bare else None,
                "ratio": round(statistics.median(rates) / statistics.median(bare), 3)
                if bare
                else None,
            }
        )
    )


if __name__ == "__main__":
    main()
