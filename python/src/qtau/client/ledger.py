"""Which results are whose: delivered, handed on, made use of, acknowledged."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

Key = tuple[str, int]

_REMEMBERED = 20_000


class Entry(NamedTuple):
    """A result that may be acknowledged, by the number of its delivery."""

    key: Key
    number: int
    succeeded: bool


class Ledger:
    """Belongs to the reader's thread; any thread may `use`."""

    def __init__(self) -> None:
        self._handed: dict[Key, bool] = {}  # not counted yet; whether the task succeeded
        self._numbers: dict[Key, int] = {}  # of this connection's deliveries
        self._used: deque[Key] = deque()
        self._waiting: list[Key] = []  # used, and not delivered by this connection so far
        self._counted: dict[Key, None] = {}
        self._again: list[int] = []

    def arrive(self, key: Key, number: int, *, succeeded: bool) -> bool:
        """Take a delivery; return whether the result is new, and to be handed on."""
        if key in self._counted:
            self._again.append(number)
            return False
        if key in self._numbers:
            self._again.append(number)
            return False
        self._numbers[key] = number
        fresh = key not in self._handed
        self._handed[key] = succeeded
        return fresh

    def use(self, key: Key) -> None:
        """Whoever was handed a result has made use of it."""
        self._used.append(key)

    def ready(self) -> list[Entry]:
        """Return what may be acknowledged and counted."""
        while self._used:
            self._waiting.append(self._used.popleft())
        here = [key for key in self._waiting if key in self._numbers]
        if here:
            self._waiting = [key for key in self._waiting if key not in self._numbers]
        return [Entry(key, self._numbers[key], self._handed[key]) for key in here]

    def again(self) -> list[int]:
        """Return deliveries that are to be acknowledged and not counted."""
        found, self._again = self._again, []
        return found

    def counted(self, entries: Iterable[Entry]) -> None:
        """The broker has the acknowledgements, and its table the count."""
        for entry in entries:
            self._handed.pop(entry.key, None)
            self._numbers.pop(entry.key, None)
            self._counted[entry.key] = None
        while len(self._counted) > _REMEMBERED:
            del self._counted[next(iter(self._counted))]

    def disconnected(self, entries: Iterable[Entry]) -> None:
        """What was not acknowledged, these entries too, comes again by another connection."""
        self._waiting += [entry.key for entry in entries if entry.key in self._handed]
        self._numbers.clear()
        self._again.clear()
