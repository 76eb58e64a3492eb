"""One task: a request in, a response out.

Request: ``task``, then ``call`` (with ``args``, ``kwargs``) or ``pickle``; ``path``, ``cwd``,
``workdir``, ``env``. Unknown fields are left alone.

Response: ``task``, ``ok``, ``stdout``, ``stderr``, ``usage``, ``import_s``, and one of ``value``,
``pickle`` (base64; only for a pickled task whose value is not JSON) or, with ``ok`` false,
``error`` (``type``, ``message``, ``trace``).
"""

from __future__ import annotations

import os
import time
from typing import Any

from qtau.worker import frames, payload, values
from qtau.worker.capture import Capture
from qtau.worker.failure import TaskRefused, describe
from qtau.worker.surroundings import Surroundings
from qtau.worker.usage import Usage

VALUE_MAX_BYTES = frames.FRAME_MAX_BYTES - 1024 * 1024


class TaskRunner:
    """Runs tasks one after the other; a task can fail, running it can't."""

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        self._surroundings = Surroundings()
        self._usage = Usage()
        self._process = os.getpid()
        self._import_s = 0.0

    def run(self, request: dict[str, Any]) -> bytes:
        """Run a request's task and return its encoded response."""
        self._usage.begin()
        self._import_s = 0.0
        error: dict[str, str] | None = None
        outcome = b""
        try:
            outcome = self._outcome(request)
        except BaseException as raised:  # SystemExit and KeyboardInterrupt are the task's too
            error = describe(raised)
        if os.getpid() != self._process:
            os._exit(1)  # a process that the task forked came back here: it must not answer
        self._surroundings.leave()
        return self._response(request, outcome, error)

    def _outcome(self, request: dict[str, Any]) -> bytes:
        """Return the member of the response that holds the task's value."""
        self._surroundings.enter(request)
        started = time.perf_counter()
        try:
            task = payload.load(request)
        finally:
            self._import_s = time.perf_counter() - started
        value = task.run()
        try:
            member = b'"value":' + values.encode(value)
        except values.NotJson:
            if not task.pickled:
                raise
            member = b'"pickle":"' + payload.dump(value) + b'"'
        if len(member) > VALUE_MAX_BYTES:
            message = f"a value of {len(member)} bytes is over the limit of {VALUE_MAX_BYTES}"
            raise TaskRefused("ValueTooLarge", message)
        return member

    def _response(
        self, request: dict[str, Any], outcome: bytes, error: dict[str, str] | None
    ) -> bytes:
        stdout, stderr = self._capture.collect()
        response = {
            "task": request.get("task"),
            "ok": error is None,
            "stdout": stdout,
            "stderr": stderr,
            "usage": self._usage.end(),
            "import_s": round(self._import_s, 6),
        }
        if error is not None:
            response["error"] = error
            return frames.encode(response)
        return frames.encode(response)[:-1] + b"," + outcome + b"}"
