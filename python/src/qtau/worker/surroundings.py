"""What a task finds around it: directory, environment, arguments, signals, umask, recursion limit.

All of it is put back after the task, whatever the task did to it.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from qtau.worker.paths import TaskPaths
from qtau.worker.signals import Signals
from qtau.worker.workdir import WorkDirectory


class Surroundings:
    """The worker's own state, entered and left once per task."""

    def __init__(self) -> None:
        self._home = os.open(".", os.O_RDONLY)
        self._environment = _raw_environment()
        self._entered = self._environment
        self._given: dict[str, str] = {}
        self._arguments = ["qtau.worker"]
        self._paths = TaskPaths()
        self._signals = Signals()
        self._umask = os.umask(0o077)
        os.umask(self._umask)
        self._recursion_limit = sys.getrecursionlimit()
        self._work: WorkDirectory | None = None
        sys.argv = list(self._arguments)

    def enter(self, request: dict[str, Any]) -> None:
        """Make a request's surroundings; `leave` must follow even when this fails."""
        self._enter_environment(request.get("env") or {})
        _bind(request.get("cpus") or [])
        directory = request.get("cwd")
        if directory is not None:
            os.chdir(directory)
        elif request.get("workdir") is not None:
            self._work = WorkDirectory(request["workdir"], request.get("keep_as"))
            self._work.enter()
        self._paths.enter(request.get("path") or [])

    def loaded(self) -> None:
        """Take for the worker's own what modules have set that are not imported a second time."""
        self._recursion_limit = sys.getrecursionlimit()

    def leave(self) -> bool:
        """Put everything back; return whether the task keeps its work directory."""
        self._signals.restore()
        os.umask(self._umask)
        if sys.getrecursionlimit() != self._recursion_limit:
            sys.setrecursionlimit(self._recursion_limit)
        self._paths.leave()
        os.fchdir(self._home)
        kept = self._work is not None and self._work.leave()
        self._work = None
        self._leave_environment()
        if sys.argv != self._arguments:
            sys.argv = list(self._arguments)
        return kept

    def _enter_environment(self, given: dict[str, str]) -> None:
        """Set a task's variables, over those that the last one left."""
        for name in self._given.keys() - given.keys():
            del os.environ[name]
        self._given = given
        os.environ.update(given)
        self._entered = _raw_environment()

    def _leave_environment(self) -> None:
        """Put back what the task has changed; its own variables stay until the next one comes."""
        current = _raw_environment()
        if current == self._entered:
            return
        self._given = {}
        for name in current.keys() - self._environment.keys():
            del os.environ[os.fsdecode(name)]
        for name, value in self._environment.items():
            if current.get(name) != value:
                os.environ[os.fsdecode(name)] = os.fsdecode(value)


def _bind(cpus: list[int]) -> None:
    """Bind all threads to these processors; libraries keep threads between tasks."""
    if not cpus or os.sched_getaffinity(0) == set(cpus):
        return
    for thread in os.listdir("/proc/self/task"):
        try:
            os.sched_setaffinity(int(thread), cpus)
        except ProcessLookupError:
            continue  # it has ended meanwhile


def _raw_environment() -> dict[Any, Any]:
    """Return a copy of the environment, undecoded where the interpreter lets us: much cheaper."""
    return dict(getattr(os.environ, "_data", os.environ))
