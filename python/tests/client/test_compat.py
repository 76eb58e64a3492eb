"""Programs of the earlier QTau, whole ones and their parts."""

from __future__ import annotations

import ast
import csv
import re

import pytest

from earlier_programs import program
from qtau.compat import ExecutionEngine, QTauComputeService, QTauException, mpi
from qtau.qtau_compute_service import QTauComputeService as service_of_its_module
from qtau.qtau_enums_exceptions import ExecutionEngine as engine_of_its_module

COLUMNS = "task_id,qtau_scheduled,submit_time,wait_time_secs,execution_secs,status,error_msg"
INSTANT = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
SQUARES = [number**2 for number in range(10)]


def run(site, home, number):
    """Run a program with its working directory in a home of its own."""
    return site.program(program(number), HOME=str(home), PYTHONWARNINGS="ignore")


def rows(home):
    with open(home / "work" / "metrics.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_example_1_and_its_files(site, tmp_path):
    assert run(site, tmp_path, 1) == f"{SQUARES}\n"
    metrics = rows(tmp_path)
    assert (tmp_path / "work" / "metrics.csv").read_text().startswith(COLUMNS)
    assert len({row["task_id"] for row in metrics}) == len(metrics) == 10
    for row in metrics:
        assert (row["status"], row["error_msg"]) == ("SUCCESS", "")
        assert re.fullmatch(INSTANT, row["submit_time"])
        assert float(row["wait_time_secs"]) > 0
        assert 0 < float(row["execution_secs"]) < 60
        assert row["qtau_scheduled"]
    log = (tmp_path / "work" / "qtau.log").read_text()
    assert log.count(": submitted compute_square\n") == log.count(": SUCCESS on ") == 10
    assert "started on local://" in log
    assert log.endswith(": stopped\n")


def test_example_2_and_4_say_where_tasks_run(site, tmp_path):
    expected = [sum(x**2 for x in range(number * 1000)) for number in range(10)]
    assert run(site, tmp_path, 2) == f"{expected}\n"
    listed, results = run(site, tmp_path, 4).splitlines()
    assert listed == "Available qtaus: ['qtau-0', 'qtau-1']"
    assert ast.literal_eval(results) == [2 * number for number in range(10)] * 2
    metrics = {row["name"]: row["qtau_scheduled"] for row in rows(tmp_path) if row["name"]}
    assert {metrics[f"qtau0_task_{number}"] for number in range(10)} == {"qtau-0"}
    assert len(rows(tmp_path)) == 30  # one file for both programs


def test_example_7(site, tmp_path):
    assert run(site, tmp_path, 7) == "Result: 30\n"


FAILING = """
import sys
from qtau.compat import ExecutionEngine, QTauComputeService
from qtau import TaskFailed

def fails(word):
    raise ValueError(word)

pcs = QTauComputeService(ExecutionEngine.NATIVE, sys.argv[1])
task = pcs.submit_task(fails, "=1+1", task_name="wrong")
pcs.wait_tasks([task])
print(open(sys.argv[1] + "/metrics.csv").read().splitlines()[1].split("FAILED,")[1])
try:
    pcs.get_results([task])
except TaskFailed as failed:
    print(failed.type, pcs.get_client().session() is not None)
pilot = pcs.create_qtau({"resource": "local://", "cores_per_node": 1})
pilot.cancel()
pcs.cancel()
print(pilot.get_state())
"""


def test_a_failure_is_a_row_at_once_and_a_pilot_that_has_ended_is_no_hindrance(site, tmp_path):
    row, failed, state = site.program(FAILING, str(tmp_path)).splitlines()
    assert row == "'=1+1,wrong"
    assert failed == "ValueError True"
    assert state in ("DONE", "CANCELED")


def test_the_names_are_those_of_the_earlier_modules():
    assert service_of_its_module is QTauComputeService
    assert engine_of_its_module is ExecutionEngine


@pytest.mark.parametrize("engine", [ExecutionEngine.DASK, ExecutionEngine.RAY])
def test_another_engine_is_taken_with_a_warning_and_has_no_client(engine, tmp_path):
    name = engine.name.capitalize()
    with pytest.warns(UserWarning, match=f"QTau does not run {name}") as warned:
        service = QTauComputeService(engine, str(tmp_path))
    assert warned[0].filename == __file__
    with pytest.raises(NotImplementedError, match=f"no client of {name}.*submit_task"):
        service.get_client()
    service.cancel()
    with pytest.raises(TypeError, match="is an ExecutionEngine, not 'ray'"):
        QTauComputeService("ray", str(tmp_path))  # type: ignore[arg-type]


def test_a_command_that_says_no_is_told(monkeypatch, tmp_path):
    from qtau.compat.pilots import Command

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("QTAU", raising=False)
    with pytest.raises(QTauException, match="no command qtau"):
        Command().lines("pilot", "list")
    monkeypatch.setenv("QTAU", "/bin/false")
    with pytest.raises(QTauException, match="qtau pilot list:"):
        Command().lines("pilot", "list")


def test_an_mpi_call_is_understood_in_each_order():
    wanted = ("/s.py", 8, ["a", "1"])
    assert mpi.call(["/s.py", 8, "a", 1], None, None) == wanted
    assert mpi.call(["/s.py", "a", 1], None, 8) == wanted
    assert mpi.call(["a", 1], "/s.py", 8) == wanted
    for positional, script, ranks in (
        (["/s.py"], None, None), (["/s.py", "8"], None, None), ([], None, 8), (["a"], "/s.py", None)
    ):  # fmt: skip
        with pytest.raises(TypeError, match=r"submit_mpi_task\(.*num_procs is"):
            mpi.call(positional, script, ranks)


def site_of(nodes, cores):
    return {"number_of_nodes": nodes, "cores_per_node": cores}


@pytest.mark.parametrize(
    ("ranks", "sites", "on_each"),
    [
        (128, [site_of(4, 32)], 32),
        (128, [site_of(8, 24)], 16),
        (6, [site_of(4, 4)], 3),
        (8, [site_of(2, 8)], None),
        (8, [site_of(2, 2), site_of(4, 2)], 2),
        (8, [{"resource": "local://"}], None),
        (8, [], None),
    ],
)
def test_ranks_fill_the_nodes_that_there_are(ranks, sites, on_each):
    assert mpi.ranks_on_each_node(ranks, sites) == on_each


def test_ranks_that_have_no_room_are_told():
    with pytest.raises(ValueError, match=r"129 processes.*4 nodes of 32 cores"):
        mpi.ranks_on_each_node(129, [site_of(4, 32)])
