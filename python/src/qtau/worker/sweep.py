"""One task, many parameter sets: its function is called once for each, in order.

The value is `{"values": [...], "errors": [...]}`; a call that failed has `null` among the values,
and `{"item", "type", "message"}` among the errors, the first few with their `trace`.
"""

from __future__ import annotations

import os
from typing import Any

from qtau.worker import pickles, randomness, values
from qtau.worker.failure import TaskRefused, describe
from qtau.worker.payload import Payload

_TRACES = 3


class SweepFailed(TaskRefused):
    """Some calls failed; what the others returned is the task's value all the same."""


class Sweep:
    """The calls of one task."""

    def __init__(self, task: Payload, sets: Any, seed: int | None, files: str | None) -> None:
        self._task = task
        self._sets = _argument_lists(sets)
        self._seed = seed
        self._files = files
        self._values: list[Any] = []
        self._encoded: list[bytes] = []
        self._errors: list[dict[str, Any]] = []

    def run(self) -> None:
        """Make all calls; what the process itself raises in one ends it alone."""
        for index, (arguments, keywords) in enumerate(self._sets):
            if self._seed is not None:
                randomness.begin(randomness.of_item(self._seed, index))
            self._call(index, arguments, keywords)

    def encoded(self) -> bytes:
        """Return the value as JSON."""
        errors = values.encode(self._errors)
        return b'{"values":[' + b",".join(self._encoded) + b'],"errors":' + errors + b"}"

    def pickled(self) -> bytes:
        """Return what the calls returned as one base64 pickle of a list."""
        return pickles.dump(self._values, None)

    def failure(self) -> SweepFailed | None:
        """Return what makes the task a failure; None when no call failed."""
        if not self._errors:
            return None
        first = self._errors[0]
        message = (
            f"{len(self._errors)} of {len(self._sets)} items failed; "
            f"item {first['item']}: {first['type']}: {first['message']}"
        )
        return SweepFailed("SweepItems", message)

    def _call(self, index: int, arguments: list[Any], keywords: dict[str, Any]) -> None:
        task = self._task
        pid = os.getpid()
        value = None
        try:
            value = task.function(*task.arguments, *arguments, **{**task.keywords, **keywords})
            encoded = values.encode(value, self._files)
        except BaseException as error:  # SystemExit is the item's too
            if os.getpid() != pid:
                raise
            encoded = b"null"
            told = describe(error)
            if len(self._errors) >= _TRACES:
                del told["trace"]
            self._errors.append({"item": index, **told})
        self._values.append(value)
        self._encoded.append(encoded)


def _argument_lists(sets: Any) -> list[tuple[list[Any], dict[str, Any]]]:
    if isinstance(sets, dict):
        names = list(sets)
        return [([], dict(zip(names, row))) for row in zip(*sets.values())]
    return [(item, {}) if isinstance(item, list) else ([], item) for item in sets]
