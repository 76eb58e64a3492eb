"""Whether JSON brings a value as it is: a tuple would come as a list, 1 as a key as "1"."""

from __future__ import annotations

import math
from typing import Any

_DEEPEST = 100
_EXACT_INTEGERS = 2**63


def is_faithful(value: Any, depth: int = 0) -> bool:
    """Say whether what a worker reads from JSON equals the value, in type too."""
    kind = type(value)
    if kind in (str, bool, type(None)):
        return kind is not str or _is_unicode(value)
    if kind is int:
        return bool(-_EXACT_INTEGERS <= value < _EXACT_INTEGERS)
    if kind is float:
        return math.isfinite(value)
    if depth >= _DEEPEST:
        return False
    if kind is list:
        return all(is_faithful(item, depth + 1) for item in value)
    if kind is dict:
        return all(type(key) is str and _is_unicode(key) for key in value) and all(
            is_faithful(item, depth + 1) for item in value.values()
        )
    return False


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
