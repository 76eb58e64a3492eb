"""A function with many lists of arguments, called by their places: a part of a client's `map`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtau.worker import randomness


class Items:
    """Calls a function for the item of a place; with a seed each has one of its own.

    The seed is by the place in the whole, `first` + place, so that it is the same however many
    items a task has.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        items: list[tuple[Any, ...]],
        seed: int | None,
        first: int,
    ) -> None:
        self.function = function
        self.items = items
        self.seed = seed
        self.first = first

    def __call__(self, place: int) -> Any:
        if self.seed is not None:
            randomness.begin(randomness.of_item(self.seed, self.first + place))
        return self.function(*self.of(place))

    def of(self, place: int) -> tuple[Any, ...]:
        """Return the arguments of a place."""
        return self.items[place]
