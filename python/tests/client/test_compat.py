"""The first program of the earlier QTau's documentation, with another import and engine."""

from __future__ import annotations

import pytest

from qtau.compat import ExecutionEngine, QTauComputeService

PROGRAM = """
import sys
from qtau.compat import QTauComputeService, ExecutionEngine

qtau_description = {"resource": "local://", "number_of_nodes": 1, "cores_per_node": 2}
pcs = QTauComputeService(ExecutionEngine.NATIVE, sys.argv[1])
pilot = pcs.create_qtau(qtau_compute_description=qtau_description)
pilot.wait()

def compute_square(x):
    return x ** 2

@pcs.task
def add(x, y):
    return x + y

try:
    tasks = [pcs.submit_task(compute_square, i) for i in range(10)]
    tasks.append(pcs.submit_task(compute_square, 10, qtau=pcs.get_qtaus()[0], task_name="ten",
                                 resources={"num_cpus": 1, "num_gpus": 0, "memory": None}))
    tasks.append(add(10, 20))
    pcs.wait_tasks(tasks)
    print(pcs.get_results(tasks))
finally:
    pcs.cancel()
print(pilot.get_state())
"""


def test_its_program_runs_on_a_pilot_of_its_own(site, tmp_path):
    results, state = site.program(PROGRAM, str(tmp_path)).splitlines()
    assert results == "[0, 1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 30]"
    assert state in ("DONE", "CANCELED", "DRAINING")


@pytest.mark.parametrize("engine", [ExecutionEngine.DASK, ExecutionEngine.RAY])
def test_other_engines_are_refused_plainly(engine, tmp_path):
    with pytest.raises(NotImplementedError, match=r"not built: use ExecutionEngine\.NATIVE"):
        QTauComputeService(engine, str(tmp_path))
