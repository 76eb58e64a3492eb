"""One task: a request in, a response out.

Request: ``task``, then ``call`` (with ``args``, ``kwargs``) or ``pickle`` (with ``pickled_by``);
``path``, ``cwd``, ``workdir``, ``keep_as``, ``env``, ``cpus`` (processors to bind to), ``preload``,
``seed``, ``sweep``, ``returns``, and ``files``, a directory for large values. Unknown fields are
left alone.

Response: ``task``, ``ok``, ``stdout``, ``stderr``, ``usage``, ``rss_mb``, ``import_s``; ``value``,
or ``spilled`` (``path``, ``bytes``, ``sha256`` of a file with its JSON) when it is large;
``pickle`` (base64) when it was asked for, or the value is not JSON; ``kept`` when the task has left
files in its work directory; with ``ok`` false ``error`` (``type``, ``message``, ``trace``).
"""

from __future__ import annotations

import os
import time
from typing import Any

from qtau.worker import frames, payload, pickles, preload, randomness, values
from qtau.worker.capture import Capture
from qtau.worker.failure import TaskRefused, describe
from qtau.worker.spill import Spill
from qtau.worker.surroundings import Surroundings
from qtau.worker.sweep import Sweep
from qtau.worker.usage import Usage

PICKLE_MAX_BYTES = 16 * 1024 * 1024


class TaskRunner:
    """Runs tasks one after the other; a task can fail, running it can't."""

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        self._surroundings = Surroundings()
        self._usage = Usage()
        self._process = os.getpid()
        self._import_s = 0.0
        self._members: list[bytes] = []
        self._arguments: tuple[Any, ...] = ()

    def run(self, request: dict[str, Any]) -> bytes:
        """Run a request's task and return its encoded response."""
        self._import_s = 0.0
        self._members = []
        self._arguments = ()
        error: dict[str, str] | None = None
        try:
            self._run(request)
        except BaseException as raised:  # SystemExit and KeyboardInterrupt are the task's too
            error = describe(raised, *self._arguments)
        if os.getpid() != self._process:
            os._exit(1)  # a process that the task forked came back here: it must not answer
        if request.get("seed") is not None:
            randomness.refresh()
        kept = self._surroundings.leave()
        return self._response(request, error, kept)

    def _run(self, request: dict[str, Any]) -> None:
        """Do the task; `_members` are the parts of the response that hold its value."""
        self._surroundings.enter(request)
        seed = request.get("seed")
        started = time.perf_counter()
        try:
            preload.load(request.get("preload") or [])
            task = payload.load(request)
            self._surroundings.loaded()
            if seed is not None:
                randomness.begin(seed)
        finally:
            self._import_s = time.perf_counter() - started
        sets = request.get("sweep")
        if sets is None:
            self._arguments = (task.arguments, task.keywords)
            self._return(task.run(), request)
        else:
            self._sweep(Sweep(task, sets, seed, request.get("files")), request)

    def _return(self, value: object, request: dict[str, Any]) -> None:
        files = request.get("files")
        pickle_wanted = request.get("returns") == "pickle"
        why = None
        try:
            self._members.append(Spill(files).member(values.encode(value, files)))
        except values.NotJson as error:
            why = str(error)
        if pickle_wanted or why is not None:
            self._pickle(pickles.dump(value, why))

    def _sweep(self, sweep: Sweep, request: dict[str, Any]) -> None:
        sweep.run()
        pickled = sweep.pickled(asked=request.get("returns") == "pickle")
        self._members.append(Spill(request.get("files")).member(sweep.encoded()))
        if pickled is not None:
            self._pickle(pickled)
        failure = sweep.failure()
        if failure is not None:
            raise failure

    def _pickle(self, encoded: bytes) -> None:
        if len(encoded) > PICKLE_MAX_BYTES:
            message = (
                f"a pickle of {len(encoded)} bytes is over the limit of {PICKLE_MAX_BYTES}: "
                "return a NumPy array, or write a file"
            )
            raise TaskRefused("ValueTooLarge", message)
        self._members.append(b'"pickle":"' + encoded + b'"')

    def _response(self, request: dict[str, Any], error: dict[str, str] | None, kept: bool) -> bytes:
        stdout, stderr = self._capture.collect()
        response = {
            "task": request.get("task"),
            "ok": error is None,
            "stdout": stdout,
            "stderr": stderr,
            "usage": self._usage.end(),
            "rss_mb": self._usage.rss_mb,
            "import_s": round(self._import_s, 6),
        }
        if kept:
            response["kept"] = True
        if error is not None:
            response["error"] = error
        return b",".join([frames.encode(response)[:-1], *self._members]) + b"}"
