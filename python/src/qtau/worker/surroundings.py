"""What a task finds around it: directory, environment, arguments, signal handlers.

All of it is put back after the task, whatever the task did to it.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from qtau.worker.paths import TaskPaths


class Surroundings:
    """The worker's own state, entered and left once per task."""

    def __init__(self) -> None:
        self._home = os.open(".", os.O_RDONLY)
        self._environment = _raw_environment()
        self._arguments = ["qtau.worker"]
        self._paths = TaskPaths()
        self._workdir: str | None = None
        sys.argv = list(self._arguments)

    def enter(self, request: dict[str, Any]) -> None:
        """Make a request's surroundings; `leave` must follow even when this fails."""
        os.environ.update(request.get("env") or {})
        _bind(request.get("cpus") or [])
        directory = request.get("cwd")
        if directory is None:
            directory = self._workdir = request.get("workdir")
            if directory is not None:
                _make(directory)
        if directory is not None:
            os.chdir(directory)
        self._paths.enter(request.get("path") or [])

    def leave(self) -> None:
        """Put everything back."""
        self._paths.leave()
        os.fchdir(self._home)
        if self._workdir is not None:
            _remove_if_empty(self._workdir)
            self._workdir = None
        if _raw_environment() != self._environment:
            self._restore_environment()
        if sys.argv != self._arguments:
            sys.argv = list(self._arguments)
        _restore_signals()

    def _restore_environment(self) -> None:
        current = _raw_environment()
        for name in current.keys() - self._environment.keys():
            del os.environ[os.fsdecode(name)]
        for name, value in self._environment.items():
            if current.get(name) != value:
                os.environ[os.fsdecode(name)] = os.fsdecode(value)


def _bind(cpus: list[int]) -> None:
    """Bind all threads to these processors; libraries keep threads between tasks."""
    if not cpus:
        return
    for thread in os.listdir("/proc/self/task"):
        try:
            os.sched_setaffinity(int(thread), cpus)
        except ProcessLookupError:
            continue  # it has ended meanwhile


def _raw_environment() -> dict[Any, Any]:
    """Return a copy of the environment, undecoded where the interpreter lets us: much cheaper."""
    return dict(getattr(os.environ, "_data", os.environ))


def _make(directory: str) -> None:
    try:
        os.mkdir(directory)
    except FileExistsError:
        return
    except FileNotFoundError:
        os.makedirs(directory, exist_ok=True)


def _remove_if_empty(directory: str) -> None:
    try:
        os.rmdir(directory)
    except OSError:
        return  # the task left files in it, or removed it


def _restore_signals() -> None:
    signal.setitimer(signal.ITIMER_REAL, 0)
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
