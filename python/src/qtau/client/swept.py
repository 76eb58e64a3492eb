"""What the calls of a sweep returned, from its result."""

from __future__ import annotations

from typing import Any

from qtau.client.errors import ErrorInfo
from qtau.client.results import Result


def values_of(result: Result, count: int, first: int) -> list[Any]:
    """Return the values of all calls, with exceptions in the places of those that failed.

    `first` is the place of the first one in the whole that this is a part of.
    """
    try:
        told = result.json() if result.status in ("SUCCESS", "FAILED") else None
        if not isinstance(told, dict) or len(told.get("values", ())) != count:
            return [result.failure()] * count
        value = result.value()
    except Exception as error:  # a file that is not here, a pickle that cannot be loaded
        return [error] * count
    if isinstance(value, list):  # it is the pickle's
        values = value
    elif result.loads_pickles:  # which was too large to come
        return [result.failure()] * count
    else:
        values = list(value["values"])
        for place in told.get("pickled", ()):
            values[place] = result.needs_pickle()
    for failed in told["errors"]:
        place = failed["item"]
        reason = ErrorInfo(failed["type"], failed["message"], failed.get("trace") or "")
        values[place] = result.failure(reason, first + place)
    return values
