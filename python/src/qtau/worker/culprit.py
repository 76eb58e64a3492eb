"""Which part of a value can't be pickled, and what to do instead."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from typing import Any

_MOST_LOOKS = 2000

_REMEDIES = {
    "qiskit_aer.jobs.": "return job.result(), not the job",
    "qiskit.providers.": "return its result, not the job",
    "pennylane_lightning.": "make the device and the QNode inside the function",
    "pennylane.workflow.": "make the device and the QNode inside the function",
    "_thread.": "make the lock inside the function",
    "socket.": "open the socket inside the function",
    "_io.": "open the file inside the function, by its name",
    "generator": "return a list of what it yields",
}


class Culprit:
    """A part that can't be pickled: the first with a known remedy, else the innermost."""

    def __init__(self, place: str, kind: str, error: Exception, remedy: str | None) -> None:
        self.place = place
        self.kind = kind
        self.error = error
        self.remedy = remedy

    def __str__(self) -> str:
        words = f"{self.place}: {self.kind} cannot be pickled ({self.error})"
        return words if self.remedy is None else f"{words}; {self.remedy}"


def find(value: object, dumps: Callable[[Any], bytes], place: str = "value") -> Culprit | None:
    """Return what can't be pickled in a value; None when all of it can."""
    error = _error(value, dumps)
    if error is None:
        return None
    remedy = _remedy(value)
    looks = 0
    seen = {id(value)}
    going_on = True
    while going_on and remedy is None and looks < _MOST_LOOKS:
        going_on = False
        for step, part in _parts(value):
            looks += 1
            if id(part) in seen:
                continue
            seen.add(id(part))
            inner = _error(part, dumps)
            if inner is not None:
                place, value, error = place + step, part, inner
                remedy = _remedy(part)
                going_on = True
                break
    return Culprit(place, _name(value), error, remedy)


def _error(value: object, dumps: Callable[[Any], bytes]) -> Exception | None:
    try:
        dumps(value)
    except Exception as error:  # each type has words of its own
        return error
    return None


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield f"[{key!r}]", item
    elif isinstance(value, (list, tuple, set, frozenset)):
        for index, item in enumerate(value):
            yield f"[{index}]", item
    elif isinstance(value, types.FunctionType):
        yield from _parts_of_function(value)
    elif not isinstance(value, (type, types.ModuleType)):
        for name, item in getattr(value, "__dict__", {}).items():
            yield f".{name}", item


def _parts_of_function(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
        try:
            yield f".{name}", cell.cell_contents
        except ValueError:
            continue  # a name that has no value yet
    for name in function.__code__.co_names:
        if name in function.__globals__:
            yield f".{name}", function.__globals__[name]
    for index, item in enumerate(function.__defaults__ or ()):
        yield f".__defaults__[{index}]", item


def _name(value: object) -> str:
    kind = type(value)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return module + kind.__qualname__


def _remedy(value: object) -> str | None:
    name = _name(value)
    return next((words for prefix, words in _REMEDIES.items() if name.startswith(prefix)), None)
