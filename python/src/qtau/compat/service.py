"""The service of the earlier QTau: pilots, and tasks for them."""

from __future__ import annotations

import functools
import json
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Callable

from qtau.client import BrokerUnavailable, Client, Result, Session, TaskFuture, connect, gather
from qtau.client import wait as wait_for
from qtau.client.options import OWN
from qtau.client.origin import environment
from qtau.compat import engines, mpi
from qtau.compat.engines import ExecutionEngine
from qtau.compat.journal import Journal, log
from qtau.compat.pilots import Command, QTau


class QTauComputeService:
    """Pilots, and tasks for them; `metrics.csv` and `qtau.log` go into the working directory."""

    def __init__(
        self,
        execution_engine: ExecutionEngine = ExecutionEngine.NATIVE,
        working_directory: str | os.PathLike[str] = ".",
    ) -> None:
        engines.accept(execution_engine)
        self._engine = execution_engine
        self._journal = Journal(Path(working_directory).expanduser())
        self._command = Command()
        self._pilots: list[QTau] = []
        self._client: Client | None = None
        self._session: Session | None = None
        self._started_broker = False

    def create_qtau(self, qtau_compute_description: Mapping[str, Any]) -> QTau:
        """Start a pilot; it may be waiting in a queue when this returns."""
        self._require_broker()
        description = dict(qtau_compute_description)
        with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
            json.dump(description, file)
            file.flush()
            (started,) = self._command.lines("pilot", "start", "--from", file.name, "--json")
        pilot = QTau(started["name"], self._command, description)
        log.info("pilot %s: started on %s", pilot.name, description.get("resource"))
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
        qtau: str | QTau | None = None,
        resources: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> TaskFuture:
        """Submit a call, for any pilot or for one of them."""
        needs = resources or {}
        memory = needs.get("memory")
        session = self._tasks().options(
            name=task_name,
            pool=_name(qtau),
            cores=needs.get("num_cpus"),
            gpus=needs.get("num_gpus") or None,
            memory_mb=None if memory is None else max(1, int(memory) >> 20),
            env=None if self._brings_environment(qtau) else OWN,
        )
        task = session.submit(func, *args, **kwargs)
        self._journal.submitted(task, task_name or str(getattr(func, "__name__", "a call")))
        return task

    def submit_mpi_task(
        self,
        *args: Any,
        script_path: str | None = None,
        num_procs: int | None = None,
        ranks_per_node: int | None = None,
        task_name: str | None = None,
        qtau: str | QTau | None = None,
    ) -> TaskFuture:
        """Submit a Python script of so many processes: `(script_path, num_procs, "arg1", "arg2")`.

        What is given by its keyword is not among the first ones. `get_results` gives what it wrote,
        as a pair. Where a node of the pilots has fewer cores than there are processes, each node
        gets the same number of them, as many as it has cores for.
        """
        wanted = mpi.call(args, script_path, num_procs)
        if ranks_per_node is None:
            sites = [pilot.description for pilot in self._meant(qtau)]
            ranks_per_node = mpi.ranks_on_each_node(wanted.ranks, sites)
        fields: dict[str, Any] = {
            "script": wanted.script,
            "args": wanted.arguments,
            "ranks": wanted.ranks,
            "ranks_per_node": ranks_per_node,
            "env": None if self._brings_environment(qtau) else environment(),
        }
        block = {name: value for name, value in fields.items() if value is not None}
        session = self._tasks().options(name=task_name, pool=_name(qtau))
        task = session.submit_task({"kind": "mpi", "mpi": block})
        self._journal.submitted(task, f"{wanted.script}, {wanted.ranks} processes")
        return task

    def task(self, func: Callable[..., Any]) -> Callable[..., TaskFuture]:
        """Make a function submit itself when it is called."""

        @functools.wraps(func)
        def submit(*args: Any, **kwargs: Any) -> TaskFuture:
            return self.submit_task(func, *args, **kwargs)

        return submit

    def wait_tasks(self, tasks: Iterable[TaskFuture]) -> None:
        """Return when all have ended, well or not."""
        ended, _ = wait_for(tasks)
        self._record(ended)

    def get_results(self, tasks: Sequence[TaskFuture]) -> list[Any]:
        """Return what all have returned; a task that failed raises `TaskFailed`.

        Of an MPI task that is a pair, `stdout` and `stderr`.
        """
        try:
            values = gather(tasks)
        finally:
            self._record(tasks)
        return [mpi.output(value) if _is_mpi(value) else value for value in values]

    def get_client(self) -> Client:
        """Return QTau's own client; NotImplementedError when another engine was named."""
        engines.refuse_client(self._engine)
        self._tasks()
        assert self._client is not None
        return self._client

    def cancel(self) -> None:
        """Stop the pilots that were started here, and the broker if it was."""
        if self._client is not None:
            self._client.close()
            self._client = self._session = None
        pilots, self._pilots = self._pilots, []
        with ExitStack() as left:  # all of it is done, whatever fails
            left.callback(self._journal.close)
            left.callback(self._stop_broker)
            for pilot in reversed(pilots):
                left.callback(log.info, "pilot %s: stopped", pilot.name)
                left.callback(pilot.cancel)

    def _stop_broker(self) -> None:
        if self._started_broker:
            self._started_broker = False
            self._command.lines("broker", "stop")

    def _record(self, tasks: Iterable[Any]) -> None:
        for task in tasks:
            if task.done():
                self._journal.ended(task)

    def _meant(self, qtau: str | QTau | None) -> list[QTau]:
        name = _name(qtau)
        return [pilot for pilot in self._pilots if name is None or pilot.name == name]

    def _brings_environment(self, qtau: str | QTau | None) -> bool:
        """Whether each pilot that may run a task was told which conda environment tasks have."""
        pilots = self._meant(qtau)
        return bool(pilots) and all(pilot.description.get("conda_environment") for pilot in pilots)

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


def _name(qtau: str | QTau | None) -> str | None:
    return qtau.name if isinstance(qtau, QTau) else qtau


def _is_mpi(value: Any) -> bool:
    return isinstance(value, Result) and value.raw.get("kind") == "mpi"
