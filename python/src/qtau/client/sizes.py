"""How many items of a `map` go into one task, by what earlier ones took. Times are in seconds."""

from __future__ import annotations

import math

TARGET_S = 0.5  # of a task: long against its own cost, short against a wait for the last one
MOST_ITEMS = 1000
MOST_RESULT_BYTES = 48 * 1024  # beyond 96 KiB a result becomes a file beside the pilot
_GROWTH = 8  # first runs are slow: imports, caches; and what was measured may not hold
_LEAST_S = 1e-6


class Sizes:
    """Learns from tasks that have ended. Tasks that have not are of one item each."""

    def __init__(self, slots: int, most_s: float | None = None) -> None:
        self.slots = max(1, slots)
        self._target_s = TARGET_S if most_s is None else min(TARGET_S, most_s / 2)
        self._item_s: float | None = None
        self._item_bytes = 0.0
        self._largest = 1

    @property
    def known(self) -> bool:
        """Whether any task has ended."""
        return self._item_s is not None

    def learn(self, items: int, seconds: float, result_bytes: int) -> None:
        """Take how long a task of so many items ran, and how large its result was."""
        item_s = max(_LEAST_S, seconds / items)
        # A task of more items knows better: what one task costs by itself is spread over them.
        if self._item_s is None or items >= self._largest:
            self._item_s = item_s if self._item_s is None else (self._item_s + item_s) / 2
            self._largest = items
        self._item_bytes = max(self._item_bytes, result_bytes / items)

    def next(self, left: int | None) -> int:
        """Return the items of the next task; `left` is how many there are, if that is known."""
        if self._item_s is None:
            return 1
        size = min(self._target_s / self._item_s, MOST_ITEMS, self._largest * _GROWTH)
        if self._item_bytes > 0:
            size = min(size, MOST_RESULT_BYTES / self._item_bytes)
        if left is not None:  # so that all slots end together
            size = min(size, math.ceil(left / (4 * self.slots)))
        return max(1, int(size))
