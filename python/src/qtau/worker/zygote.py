"""A process that imports and forks, and never runs a task: each task has a process of its own.

Libraries that have run something have threads, and a fork takes their locks along without them:
Aer and Lightning hang in the child of a parent that has run one circuit. A parent that has only
imported is safe.

Frames from the agent: first ``{"preload": [...], "path": [...], "stuck_s": 20}``, answered by
``{"ready": true, "import_s": x, "rss_mb": y}`` or ``{"error": {...}}``; then
``{"fork": PATH, "mark": M}``, answered by ``{"forked": PID, "mark": M}``. The child serves one task
at the socket PATH, as any worker does. Its end is told as
``{"exited": PID, "status": N, "stuck": B}``, N as of wait(2).
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
import time
from typing import Any

from qtau.worker import frames, mark, preload, randomness, serve
from qtau.worker.failure import describe
from qtau.worker.stuck import STUCK_SECONDS, StuckWatch
from qtau.worker.usage import resident_mb

_LOOK_SECONDS = 1.0
EXIT_NOT_MARKED = 71


def run(stream: socket.socket) -> int:
    """Preload, then fork until the agent ends the stream; return the exit code."""
    order = frames.receive(stream)
    if order is None:
        return 0
    started = time.perf_counter()
    try:
        _import_own()
        sys.path[0:0] = order.get("path") or []
        preload.load(order.get("preload") or [])
    except BaseException as error:  # whatever a module does when it is imported
        frames.send(stream, frames.encode({"error": describe(error)}))
        return 1
    gc.collect()
    gc.freeze()
    seconds = round(time.perf_counter() - started, 6)
    ready = {"ready": True, "import_s": seconds, "rss_mb": resident_mb()}
    frames.send(stream, frames.encode(ready))
    return _Nursery(stream, StuckWatch(order.get("stuck_s", STUCK_SECONDS))).run()


class _Nursery:
    """The loop: orders of the agent, ends of children, children that hang."""

    def __init__(self, stream: socket.socket, watch: StuckWatch) -> None:
        self._stream = stream
        self._children: set[int] = set()
        self._stuck: set[int] = set()
        self._watch = watch
        self._next_look = 0.0
        self._wake, self._waker = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(self._waker, False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)

    def run(self) -> int:
        poll = select.poll()
        poll.register(self._stream, select.POLLIN)
        poll.register(self._wake, select.POLLIN)
        while True:
            ready = dict(poll.poll(self._until_look()))
            if self._wake in ready:
                os.read(self._wake, 4096)
            self._reap()
            if self._stream.fileno() in ready:
                order = frames.receive(self._stream)
                if order is None:
                    return 0
                self._fork(order["fork"], order["mark"])
            self._look()

    def _until_look(self) -> float | None:
        """Return the milliseconds until children are to be looked at; None while there are none."""
        if not self._children:
            return None
        return max(0.0, self._next_look - time.monotonic()) * 1000

    def _fork(self, path: str, own_mark: str) -> None:
        pid = os.fork()
        if pid == 0:
            self._grow_up(path, own_mark)
        self._children.add(pid)
        self._tell({"forked": pid, "mark": own_mark})

    def _grow_up(self, path: str, own_mark: str) -> None:
        """Be a worker for one task; never returns."""
        code = EXIT_NOT_MARKED
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.close(self._wake)
            os.close(self._waker)
            self._stream.close()
            os.setpgid(0, 0)
            mark.change(own_mark)
            randomness.refresh()
            code = serve.serve_once(path, own_mark)
        except BaseException as error:
            os.write(2, f"qtau.worker {os.getpid()}: {error!r}\n".encode("utf-8", "replace"))
        finally:
            os._exit(code)  # none of what the parent has registered for its own end

    def _reap(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._children.discard(pid)
            self._watch.forget(pid)
            self._tell({"exited": pid, "status": status, "stuck": pid in self._stuck})
            self._stuck.discard(pid)

    def _look(self) -> None:
        """Look at all children by the clock: orders and ends may come at any rate in between."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + _LOOK_SECONDS
        for pid in self._children - self._stuck:
            if self._watch.look(pid):
                self._stuck.add(pid)
                os.kill(pid, signal.SIGKILL)

    def _tell(self, record: dict[str, Any]) -> None:
        frames.send(self._stream, frames.encode(record))


def _import_own() -> None:
    """Load what every child needs, once."""
    import ctypes  # noqa: F401
    import hashlib  # noqa: F401
    import pickle  # noqa: F401
    import random  # noqa: F401
    import traceback  # noqa: F401
