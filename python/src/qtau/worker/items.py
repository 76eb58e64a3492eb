"""A function with many lists of arguments, called by their places: a part of a client's `map`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtau.worker import randomness
from qtau.worker.failure import describe


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
        return self.function(*self.items[place])

    def all(self) -> dict[str, list[Any]]:
        """Call it for all of them; what fails is told as that of a sweep, and the others go on.

        For values that need a pickle: those of a sweep are JSON.
        """
        values: list[Any] = []
        errors: list[Any] = []
        for place in range(len(self.items)):
            try:
                values.append(self(place))
            except Exception as error:
                values.append(None)
                errors.append({"item": place, **describe(error)})
        return {"values": values, "errors": errors}
