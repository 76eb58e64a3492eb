"""The names of an earlier QTau, a Python package over Dask and Ray, for programs written for it.

`QTauComputeService` starts pilots through the command `qtau`, and a broker when none runs. Of its
engines there is `ExecutionEngine.NATIVE` alone: QTau's own workers. Failures differ on purpose: a
task that failed raises when its result is asked for, where it used to give None.

The command is the one in the variable `QTAU`, else `qtau` of the `PATH`.
"""

from __future__ import annotations

import enum
import functools
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Callable

from qtau.client import (
    BrokerUnavailable,
    Client,
    QTauError,
    Session,
    TaskFuture,
    connect,
    gather,
    origin,
)
from qtau.client import wait as wait_for

_LOOK_S = 1.0
_ENDED = ("DONE", "FAILED", "CANCELED", "LOST")


class ExecutionEngine(enum.Enum):
    """What runs Python functions inside a pilot."""

    NATIVE = "native"
    DASK = "dask"
    RAY = "ray"


class QTauException(QTauError):
    """A pilot could not be had, or the command says no."""


class QTau:
    """A pilot."""

    def __init__(self, name: str, command: Command) -> None:
        self.name = name
        self._command = command

    def get_id(self) -> str:
        """Return its name."""
        return self.name

    def get_details(self) -> dict[str, Any]:
        """Return what `qtau pilot show --json` tells of it."""
        (shown,) = self._command.lines("pilot", "show", self.name, "--json")
        return dict(shown)

    def get_state(self) -> str:
        """Return its state: PENDING, READY, DONE, …"""
        return str(self.get_details()["state"])

    def wait(self) -> None:
        """Return when it is ready; `QTauException` when it has ended instead."""
        while True:
            details = self.get_details()
            if details["state"] == "READY":
                return
            if details["state"] in _ENDED:
                why = details["reason"] or "no reason given"
                raise QTauException(f"pilot {self.name} is {details['state']}: {why}")
            time.sleep(_LOOK_S)

    def cancel(self) -> None:
        """Stop it; what it runs goes back to the broker."""
        self._command.lines("pilot", "stop", self.name)

    def __repr__(self) -> str:
        return f"QTau({self.name})"


class QTauComputeService:
    """Pilots, and tasks for them."""

    def __init__(
        self,
        execution_engine: ExecutionEngine = ExecutionEngine.NATIVE,
        working_directory: str = ".",
    ) -> None:
        if execution_engine is not ExecutionEngine.NATIVE:
            raise NotImplementedError(
                f"the engine {execution_engine.name} is not built: use ExecutionEngine.NATIVE, "
                "which runs the same functions"
            )
        self._working_directory = Path(working_directory).expanduser()
        self._command = Command()
        self._pilots: list[QTau] = []
        self._client: Client | None = None
        self._session: Session | None = None
        self._started_broker = False

    def create_qtau(self, qtau_compute_description: Mapping[str, Any]) -> QTau:
        """Start a pilot; it may be waiting in a queue when this returns."""
        self._require_broker()
        self._working_directory.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
            json.dump(dict(qtau_compute_description), file)
            file.flush()
            (started,) = self._command.lines("pilot", "start", "--from", file.name, "--json")
        pilot = QTau(started["name"], self._command)
        self._pilots.append(pilot)
        return pilot

    def get_qtaus(self) -> list[str]:
        """Return the names of the pilots that were started here."""
        return [pilot.name for pilot in self._pilots]

    def submit_task(
        self,
        func: Callable[..., Any],
        *args: Any,
        task_name: str | None = None,
        qtau: str | None = None,
        resources: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> TaskFuture:
        """Submit a call, for any pilot or for one of them."""
        needs = resources or {}
        memory = needs.get("memory")
        session = self._tasks().options(
            name=task_name,
            pool=qtau,
            cores=needs.get("num_cpus"),
            gpus=needs.get("num_gpus") or None,
            memory_mb=None if memory is None else max(1, int(memory) >> 20),
        )
        return session.submit(func, *args, **kwargs)

    def submit_mpi_task(
        self, script_path: str, *args: str, num_procs: int, ranks_per_node: int | None = None
    ) -> TaskFuture:
        """Submit a Python script of so many ranks; its result has `stdout` and `stderr`."""
        block: dict[str, Any] = {"script": script_path, "args": [str(one) for one in args]}
        block["ranks"] = num_procs
        if ranks_per_node is not None:
            block["ranks_per_node"] = ranks_per_node
        environment = origin.environment()
        if environment is not None:
            block["env"] = environment
        return self._tasks().submit_task({"kind": "mpi", "mpi": block})

    def task(self, func: Callable[..., Any]) -> Callable[..., TaskFuture]:
        """Make a function submit itself when it is called."""

        @functools.wraps(func)
        def submit(*args: Any, **kwargs: Any) -> TaskFuture:
            return self.submit_task(func, *args, **kwargs)

        return submit

    def wait_tasks(self, tasks: Iterable[TaskFuture]) -> None:
        """Return when all have ended, well or not."""
        wait_for(tasks)

    def get_results(self, tasks: Sequence[TaskFuture]) -> list[Any]:
        """Return what all have returned; a task that failed raises `TaskFailed`."""
        return gather(tasks)

    def get_client(self) -> Client:
        """Return the client of QTau's own."""
        self._tasks()
        assert self._client is not None
        return self._client

    def cancel(self) -> None:
        """Stop the pilots that were started here, and the broker if it was."""
        if self._client is not None:
            self._client.close()
            self._client = self._session = None
        pilots, self._pilots = self._pilots, []
        for pilot in pilots:
            pilot.cancel()
        if self._started_broker:
            self._started_broker = False
            self._command.lines("broker", "stop")

    def _require_broker(self) -> None:
        try:
            connect().close()
        except BrokerUnavailable:
            if "QTAU_BROKER" in os.environ:
                raise
            self._command.lines("broker", "start")
            self._started_broker = True

    def _tasks(self) -> Session:
        if self._session is None:
            self._client = connect()
            self._session = self._client.session()
        return self._session


class Command:
    """The command `qtau`."""

    def lines(self, *arguments: str) -> list[Any]:
        """Run it, and return the JSON objects that it printed, one a line."""
        program = os.environ.get("QTAU") or shutil.which("qtau")
        if program is None:
            raise QTauException("there is no command qtau in the PATH: set QTAU to where it is")
        ended = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            raise QTauException(f"qtau {' '.join(arguments[:2])}: {ended.stderr.strip()}")
        if "--json" not in arguments:
            return []
        return [json.loads(line) for line in ended.stdout.splitlines() if line.strip()]
