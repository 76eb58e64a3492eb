"""The worker in each Python that it is made for, as far as this machine has them."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from zygotes import Zygote

VERSIONS = ("3.9", "3.10", "3.11", "3.12", "3.13")

TASKS = """
import os
def double(x): return {"twice": 2 * x, "none": float("nan")}
def crash():
    import ctypes
    ctypes.string_at(0)
"""

PICKLE = """
import base64, sys
sys.path.insert(0, sys.argv[1])
import cloudpickle
factor = 21
print(base64.b64encode(cloudpickle.dumps((lambda x: factor * x, (2,), {}))).decode())
"""


def interpreter(version: str) -> str:
    """Return the program of a version; skip the test, with a word, where there is none."""
    if version == f"{sys.version_info[0]}.{sys.version_info[1]}":
        return sys.executable
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    installed = sorted(pyenv.glob(f"{version}.*/bin/python"))
    found = str(installed[-1]) if installed else shutil.which(f"python{version}")
    if found is None:
        pytest.skip(f"this machine has no Python {version}")
    return found


@pytest.mark.parametrize("version", VERSIONS)
def test_worker_runs_calls_sweeps_and_standard_pickles(start, define, version):
    worker = start(interpreter=interpreter(version))
    assert worker.hello["python"].startswith(version + ".")
    where = define(TASKS)
    assert worker.value("tasks:double", 2, **where) == {"twice": 4, "none": "NaN"}
    swept = worker.value("tasks:double", sweep={"x": [1, 2]}, seed=1, **where)
    assert [item["twice"] for item in swept["values"]] == [2, 4]
    by_name = base64.b64encode(b"\x80\x04cbuiltins\ndivmod\nK\x07K\x02\x86}\x87.").decode()
    assert worker.run(pickle=by_name)["value"] == [3, 1]
    assert "No module named 'numpy_'" in worker.error(call="numpy_:f")["message"]


@pytest.mark.parametrize("version", VERSIONS)
def test_zygote_forks_and_a_crash_ends_its_own_task(define, version):
    where = define(TASKS)
    with tempfile.TemporaryDirectory() as directory:
        zygote = Zygote(Path(directory), ["json", "decimal"], interpreter(version))
        assert zygote.ready.get("ready"), zygote.ready
        crashed = zygote.fork()
        crashed.send(call="tasks:crash", **where)
        assert zygote.told("exited", crashed.pid)["status"] & 0x7F == 11
        response = zygote.fork().run(call="tasks:double", args=[1], **where)
        assert response["value"]["twice"] == 2
        zygote.close()


@pytest.mark.parametrize("version", VERSIONS)
def test_byte_code_of_this_python_is_refused_in_others(start, version):
    here = ".".join(map(str, sys.version_info[:3]))
    site = Path(__import__("cloudpickle").__file__).parent.parent
    program = [sys.executable, "-c", PICKLE, str(site)]
    made = subprocess.run(program, capture_output=True, text=True, check=True)
    worker = start(interpreter=interpreter(version))
    response = worker.run(pickle=made.stdout.strip(), pickled_by={"python": here}, path=[str(site)])
    if here.startswith(version + "."):
        assert response["value"] == 42
    else:
        assert response["error"]["type"] == "PythonMismatch"
        assert here in response["error"]["message"]
        assert f"Python {version}." in response["error"]["message"]
    assert worker.value("os:getpid") == worker.pid
