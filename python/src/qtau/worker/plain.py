"""Values of Python, NumPy, Qiskit and PennyLane as what JSON can hold.

- complex: `[real, imaginary]`
- NumPy scalars and arrays without dimensions: as Python's own
- arrays (PennyLane's tensors too): `{"dtype", "shape", "data"}`, `data` as nested lists; over
  `ARRAY_MAX_BYTES` `{"dtype", "shape", "npy"}`, see `qtau.worker.arrays`
- Qiskit's `PrimitiveResult`, `PubResult`, `DataBin`, `BitArray`: see `qtau.worker.primitives`
"""

from __future__ import annotations

import math
import sys
from typing import Any

from qtau.worker import arrays

_DEEPEST = 200


class NotJson(Exception):
    """A value has no JSON form; the message names the place and the type."""


class Place:
    """The way to a value from the root."""

    __slots__ = ("depth", "key", "parent")

    def __init__(self, parent: Place | None = None, key: object = None) -> None:
        self.parent = parent
        self.key = key
        self.depth: int = 0 if parent is None else parent.depth + 1

    def at(self, key: object) -> Place:
        """Return the place one step further."""
        return Place(self, key)

    def __str__(self) -> str:
        steps = []
        place = self
        while place.parent is not None:
            steps.append(f'["{place.key}"]' if isinstance(place.key, str) else f"[{place.key}]")
            place = place.parent
        return "value" + "".join(reversed(steps))


class Plain:
    """Makes one value plain; `files` is the directory for large arrays, None for none."""

    def __init__(self, files: str | None) -> None:
        self._files = files

    def of(self, value: Any, place: Place | None = None) -> Any:
        """Return the value as JSON has it, or raise `NotJson`."""
        place = place or Place()
        if place.depth > _DEEPEST:
            raise NotJson(f"value: nested deeper than {_DEEPEST}, or in itself")
        if isinstance(value, str):
            return _text(value, place)
        if value is None or isinstance(value, (bool, int)):
            return value
        if isinstance(value, float):
            return number(value)
        if isinstance(value, complex):
            return [number(value.real), number(value.imag)]
        if isinstance(value, dict):
            return {_key(key, place): self.of(item, place.at(key)) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.of(item, place.at(index)) for index, item in enumerate(value)]
        return self._foreign(value, place)

    def _foreign(self, value: Any, place: Place) -> Any:
        numpy: Any = sys.modules.get("numpy")
        if numpy is not None:
            if isinstance(value, numpy.generic):
                value = numpy.asarray(value)
            if isinstance(value, numpy.ndarray):
                return self._array(value, place)
        if "qiskit" in sys.modules:
            from qtau.worker import primitives

            parts = primitives.parts(value)
            if parts is not None:
                return self.of(parts, place)
        if numpy is not None and hasattr(value, "__array__") and hasattr(value, "dtype"):
            return self._array(numpy.asarray(value), place)
        raise NotJson(f"{place}: {name(value)} is not JSON")

    def _array(self, array: Any, place: Place) -> Any:
        if not arrays.is_plain(array):
            raise NotJson(f"{place}: an array of {array.dtype} is not JSON")
        if array.ndim == 0:
            return self.of(array.item(), place)
        form = {"dtype": array.dtype.name, "shape": list(array.shape)}
        if self._files is not None and array.nbytes > arrays.ARRAY_MAX_BYTES:
            return {**form, "npy": arrays.save(array, self._files)}
        return {**form, "data": self.of(arrays.nested(array), place)}


def number(value: float) -> float | str:
    """Return a number that JSON has, or the word for one that it lacks."""
    if math.isfinite(value):
        return float(value)
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def name(value: object) -> str:
    """Return a type's name, with its module unless that is built in."""
    kind = type(value)
    if kind.__module__ == "builtins":
        return kind.__qualname__
    return f"{kind.__module__}.{kind.__qualname__}"


def _text(value: str, place: Place) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise NotJson(f"{place}: str with a lone surrogate is not JSON") from None
    return value


def _key(key: object, place: Place) -> str:
    if not isinstance(key, str):
        raise NotJson(f"{place}: the key {key!r} is {name(key)}, not str")
    return _text(key, place)
