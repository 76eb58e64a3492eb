"""A result: how a task ended, what it returned, and where it ran."""

from __future__ import annotations

import base64
import json
import pickle
from typing import Any

from qtau.client import values
from qtau.client.errors import ErrorInfo, NeedsPickle, TaskFailed, TaskTimeout

_NOTHING_SAID = {
    "TIMEOUT": "it ran longer than its timeout",
    "EXPIRED": "it had not started before its deadline",
    "CANCELED": "it was cancelled",
}


class Result:
    """A result as the broker had it; `raw` is the whole record (docs/wire.md, A result)."""

    def __init__(
        self, raw: dict[str, Any], loads_pickles: bool = False, size_bytes: int = 0
    ) -> None:
        self.raw = raw
        self.size_bytes = size_bytes
        self.loads_pickles = loads_pickles
        self._spilled: dict[str, Any] | None = None

    @classmethod
    def read(cls, body: bytes, loads_pickles: bool) -> Result:
        """Read a message's body; ValueError when it is no result."""
        raw = json.loads(body)
        if not isinstance(raw, dict) or not {"session", "id", "status"} <= raw.keys():
            raise ValueError("a result has a session, an id and a status")
        return cls(raw, loads_pickles, len(body))

    def __repr__(self) -> str:
        return f"Result({self.session}/{self.id} {self.status})"

    @property
    def key(self) -> tuple[str, int]:
        """What tells results of one session apart."""
        return self.id, int(self.raw.get("replay") or 0)

    @property
    def session(self) -> str:
        """The session that it belongs to."""
        return str(self.raw["session"])

    @property
    def id(self) -> str:
        """The task's id."""
        return str(self.raw["id"])

    @property
    def name(self) -> str | None:
        """The task's name, if it has one."""
        return self.raw.get("name")

    @property
    def status(self) -> str:
        """SUCCESS, FAILED, TIMEOUT, CANCELED, EXPIRED, DEAD or REJECTED."""
        return str(self.raw["status"])

    @property
    def succeeded(self) -> bool:
        """Whether all went well."""
        return self.status == "SUCCESS"

    @property
    def host(self) -> str | None:
        """The host that it ran on."""
        return self.raw.get("host")

    @property
    def agent(self) -> str | None:
        """The agent that ran it."""
        return self.raw.get("agent")

    @property
    def pilot(self) -> str | None:
        """The pilot of that agent."""
        return self.raw.get("pilot")

    @property
    def attempt(self) -> int | None:
        """Which execution this tells of, from 1."""
        return self.raw.get("attempt")

    @property
    def exit_code(self) -> int | None:
        """Of a program; 128 + n when signal n ended it."""
        return self.raw.get("exit_code")

    @property
    def stdout(self) -> str:
        """The beginning and the end of its standard output."""
        return self._text("stdout")

    @property
    def stderr(self) -> str:
        """The beginning and the end of its standard error."""
        return self._text("stderr")

    @property
    def seconds(self) -> float | None:
        """How long it ran, from its start until its end."""
        times = self.raw.get("timeline") or {}
        started, ended = times.get("started"), times.get("ended")
        return None if started is None or ended is None else max(0.0, (ended - started) / 1e6)

    def value(self) -> Any:
        """Return what the function returned.

        `NeedsPickle` when that has no JSON form and this session loads no pickles, `NotHere` when
        it lies in a file of another host.
        """
        record = self._whole()
        encoded = record.get("pickle")
        if encoded is not None and self.loads_pickles:
            return pickle.loads(base64.b64decode(encoded))
        if encoded is not None and "value" not in record:
            raise self.needs_pickle()
        return values.python_of(record.get("value"), self.host)

    def json(self) -> Any:
        """Return the value as JSON had it."""
        return self._whole().get("value")

    def needs_pickle(self) -> NeedsPickle:
        """Return the exception for what came as a pickle only, to a session that loads none."""
        return NeedsPickle(
            f"task {self.id} returned what JSON cannot hold; it came as a pickle, which only a "
            "session with pickle=True loads (do that for tasks of your own only)"
        )

    def failure(self, error: ErrorInfo | None = None, item: int | None = None) -> TaskFailed:
        """Return the exception for a task, or an item of a `map`, that did not succeed."""
        kind = TaskTimeout if self.status == "TIMEOUT" else TaskFailed
        return kind(self, error or self._error(), item)

    def _error(self) -> ErrorInfo:
        error = self.raw.get("error") or {}
        message = error.get("message") or _NOTHING_SAID.get(self.status) or self._exit()
        return ErrorInfo(error.get("type") or self.status, message, error.get("trace") or "")

    def _whole(self) -> dict[str, Any]:
        """Return the record with what lies in a file: its value, or all of it."""
        if "spilled" not in self.raw:
            return self.raw
        if self._spilled is None:
            found = values.spilled(self.raw["spilled"], self.host)
            itself = isinstance(found, dict) and all(
                found.get(name) == self.raw[name] for name in ("session", "id", "status")
            )
            self._spilled = found if itself else {**self.raw, "value": found}
        return self._spilled

    def _exit(self) -> str:
        return "" if self.exit_code is None else f"exit code {self.exit_code}"

    def _text(self, stream: str) -> str:
        return str((self.raw.get(stream) or {}).get("text") or "")
