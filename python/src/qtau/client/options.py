"""What a task may ask for, apart from what it runs."""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Union

from qtau.client import lanes, names

Seconds = Union[float, int, timedelta]

OWN = "own"  # as an env: that of this interpreter


@dataclass(frozen=True)
class Options:
    """Options of tasks; what is None is left to the agent.

    - `cores`, `gpus`, `memory_mb`: shorthands for `resources`, which also has named ones
    - `env`: path or name of the environment that the function runs in, `{"requirements": […]}`,
      None for the agent's own `python3`; by default that of this interpreter
    - `path`: directories for `sys.path` there
    - `isolation`: "warm", "fork" or "fresh"; `preload`: modules that are imported before
    - `retry`: how many attempts, or `{"max_attempts": 3, "backoff_s": 1}`
    - `timeout`: seconds after which it is ended; `deadline`: when it no longer starts, a `datetime`
      with a time zone, a `timedelta` from now, or text of ISO 8601
    - `by`: "name" or "value", how the function travels; by default by name where that is possible
    """

    resources: Mapping[str, Any] | None = None
    cores: float | str | None = None
    gpus: float | None = None
    memory_mb: int | None = None
    env: str | Mapping[str, Any] | None = OWN
    path: Sequence[str] = ()
    isolation: str | None = None
    preload: Sequence[str] = ()
    seed: int | None = None
    retry: int | Mapping[str, Any] | None = None
    timeout: Seconds | None = None
    deadline: datetime | timedelta | str | None = None
    pool: str | None = None
    priority: str | None = None
    tags: Mapping[str, str] | None = None
    name: str | None = None
    id: str | None = None
    by: str | None = None

    def __post_init__(self) -> None:
        _one_of("isolation", self.isolation, ("warm", "fork", "fresh"))
        _one_of("priority", self.priority, tuple(lanes.PRIORITIES))
        _one_of("by", self.by, ("name", "value"))
        if isinstance(self.path, str) or isinstance(self.preload, str):
            raise TypeError("path and preload are lists of texts")
        if isinstance(self.deadline, datetime) and self.deadline.tzinfo is None:
            raise ValueError("deadline needs a time zone: datetime.now(timezone.utc) + …")
        if self.id is not None:
            names.task(self.id)
        if self.pool is not None:
            names.session(self.pool) if self.pool != "shared" else None
        lanes.shape(self.all_resources(), "python")

    def but(self, **changes: Any) -> Options:
        """Return the same with some changed; TypeError for one that there is not."""
        known = {field.name for field in dataclasses.fields(self)}
        for name in changes:
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                hint = f"; did you mean {near[0]!r}?" if near else f": {', '.join(sorted(known))}"
                raise TypeError(f"{name!r} is no option of a task{hint}")
        return dataclasses.replace(self, **changes)

    def all_resources(self) -> dict[str, Any]:
        """Return the resources, shorthands among them."""
        said = dict(self.resources or {})
        for name in ("cores", "gpus", "memory_mb"):
            value = getattr(self, name)
            if value is not None:
                said[name] = value
        return said

    def fields(self) -> dict[str, Any]:
        """Return the fields of a task that these are, whatever its kind."""
        said: dict[str, Any] = {
            "resources": self.all_resources() or None,
            "pool": self.pool,
            "priority": self.priority,
            "timeout_s": None if self.timeout is None else _seconds("timeout", self.timeout),
            "deadline": _instant(self.deadline),
            "seed": self.seed,
            "retry": {"max_attempts": self.retry} if isinstance(self.retry, int) else self.retry,
            "tags": dict(self.tags) if self.tags else None,
            "name": self.name,
            "id": self.id,
        }
        return {name: value for name, value in said.items() if value is not None}


def _one_of(name: str, value: str | None, words: Sequence[str]) -> None:
    if value is not None and value not in words:
        raise ValueError(f"{name} is one of {', '.join(words)}, not {value!r}")


def _seconds(name: str, value: Seconds) -> float:
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    if not (math.isfinite(seconds) and seconds > 0):
        raise ValueError(f"{name} must be more than 0 s, is {seconds}")
    return seconds


def _instant(value: datetime | timedelta | str | None) -> str | None:
    if isinstance(value, timedelta):
        value = datetime.now(timezone.utc) + value
    return value.isoformat() if isinstance(value, datetime) else value
