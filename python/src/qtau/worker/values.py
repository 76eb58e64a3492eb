"""A task's value as JSON: what `null`, booleans, numbers, strings, lists and objects can hold.

Tuples become lists. Keys must be strings (`json` would turn 1 into "1" in silence), numbers finite.
"""

from __future__ import annotations

import json
import math
from typing import Any

_PLAIN = {str, int, bool, type(None), float}
_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class NotJson(Exception):
    """A value has no JSON form; the message names the place and the type."""


def encode(value: object) -> bytes:
    """Return the value as JSON in UTF-8, or raise `NotJson`."""
    try:
        encoded = _encoder.encode(value).encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:
        raise NotJson(_first_fault(value, every_leaf=True) or f"value: {error}") from None
    if type(value) not in _PLAIN:
        fault = _first_fault(value, every_leaf=False)
        if fault:
            raise NotJson(fault)
    return encoded


class _Place:
    """A value and the way to it from the root."""

    __slots__ = ("key", "parent", "value")

    def __init__(self, value: object, parent: _Place | None = None, key: object = None) -> None:
        self.value = value
        self.parent = parent
        self.key = key

    def __str__(self) -> str:
        steps = []
        place = self
        while place.parent is not None:
            steps.append(f'["{place.key}"]' if isinstance(place.key, str) else f"[{place.key}]")
            place = place.parent
        return "value" + "".join(reversed(steps))


def _first_fault(root: object, every_leaf: bool) -> str | None:
    """Return the words for the first thing that is not JSON; keys only, unless `every_leaf`."""
    waiting = [_Place(root)]
    seen = set()
    while waiting:
        place = waiting.pop()
        value: Any = place.value
        if isinstance(value, (dict, list, tuple)):
            if id(value) in seen:
                continue
            seen.add(id(value))
            if isinstance(value, dict):
                for key in value:
                    if not isinstance(key, str):
                        return f"{place}: the key {key!r} is {_name(key)}, not str"
                children = list(value.items())
            elif not every_leaf and _PLAIN.issuperset(map(type, value)):
                continue
            else:
                children = list(enumerate(value))
            waiting.extend(_Place(child, place, key) for key, child in reversed(children))
        elif every_leaf:
            fault = _leaf_fault(value)
            if fault:
                return f"{place}: {fault}"
    return None


def _leaf_fault(value: object) -> str | None:
    if isinstance(value, float) and not math.isfinite(value):
        return f"{_name(value)} {value!r} is not JSON"
    if isinstance(value, str):
        return None if _encodable(value) else "str with a lone surrogate is not JSON"
    if value is None or isinstance(value, (bool, int, float)):
        return None
    return f"{_name(value)} is not JSON"


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _name(value: object) -> str:
    kind = type(value)
    if kind.__module__ == "builtins":
        return kind.__qualname__
    return f"{kind.__module__}.{kind.__qualname__}"
