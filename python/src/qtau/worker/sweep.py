"""One task, many parameter sets: its function is called once for each, in order.

The value is `{"values": [...], "errors": [...]}`; a call that failed has `null` among the values,
and `{"item", "type", "message"}` among the errors, the first few with their `trace`. Where a call
returned what JSON cannot hold, `null` is among the values too, its place is in the list `pickled`,
and a pickle comes along: the list of what all calls returned, `None` for those that failed.
"""

from __future__ import annotations

import os
from typing import Any

from qtau.worker import pickles, randomness, values
from qtau.worker.failure import TaskRefused, describe
from qtau.worker.items import Items
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
        self._errors: dict[int, dict[str, Any]] = {}
        self._no_json: dict[int, str] = {}

    def run(self) -> None:
        """Make all calls; what the process itself raises in one ends it alone."""
        for index, (arguments, keywords) in enumerate(self._sets):
            if self._seed is not None:
                randomness.begin(randomness.of_item(self._seed, index))
            self._call(index, arguments, keywords)

    def encoded(self) -> bytes:
        """Return the value as JSON; to be asked for after `pickled`."""
        errors = values.encode([self._errors[index] for index in sorted(self._errors)])
        members = [b'"values":[' + b",".join(self._encoded) + b"]", b'"errors":' + errors]
        if self._no_json:
            members.append(b'"pickled":' + values.encode(list(self._no_json)))
        return b"{" + b",".join(members) + b"}"

    def pickled(self, asked: bool) -> bytes | None:
        """Return a base64 pickle of all values; None when nobody asked, and JSON holds them all.

        An item that needs one and can't be pickled fails alone.
        """
        if not (asked or self._no_json):
            return None
        try:
            return pickles.dump(self._values, None)
        except TaskRefused:
            for index, value in enumerate(self._values):
                self._require_pickle(index, value, asked)
            return pickles.dump(self._values, None) if asked or self._no_json else None

    def failure(self) -> SweepFailed | None:
        """Return what makes the task a failure; None when no call failed."""
        if not self._errors:
            return None
        first = self._errors[min(self._errors)]
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
            encoded = self._json(index, value)
        except BaseException as error:  # SystemExit is the item's too
            if os.getpid() != pid:
                raise
            value, encoded = None, b"null"
            given = task.function.of(*arguments) if isinstance(task.function, Items) else arguments
            self._fail(index, error, task.arguments, task.keywords, given, keywords)
        self._values.append(value)
        self._encoded.append(encoded)

    def _json(self, index: int, value: Any) -> bytes:
        try:
            return values.encode(value, self._files)
        except values.NotJson as error:
            self._no_json[index] = str(error)
            return b"null"

    def _require_pickle(self, index: int, value: Any, asked: bool) -> None:
        try:
            pickles.dump(value, self._no_json.get(index))
        except TaskRefused as error:
            self._values[index] = None
            if asked or index in self._no_json:
                self._encoded[index] = b"null"
                self._no_json.pop(index, None)
                self._fail(index, error)

    def _fail(self, index: int, error: BaseException, *arguments: object) -> None:
        told = describe(error, *arguments)
        if len(self._errors) >= _TRACES:
            del told["trace"]
        self._errors[index] = {"item": index, **told}


def _argument_lists(sets: Any) -> list[tuple[list[Any], dict[str, Any]]]:
    if isinstance(sets, dict):
        names = list(sets)
        return [([], dict(zip(names, row))) for row in zip(*sets.values())]
    return [(item, {}) if isinstance(item, list) else ([], item) for item in sets]
