"""A task's value as JSON.

What JSON holds goes as it is, tuples as lists; NumPy, Qiskit and PennyLane values as
`qtau.worker.plain` says. Keys must be strings (`json` would turn 1 into "1" in silence). Numbers
that JSON lacks are the strings "NaN", "Infinity" and "-Infinity".
"""

from __future__ import annotations

import json

from qtau.worker.plain import NotJson, Plain

__all__ = ["NotJson", "encode"]

_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_LEAVES = frozenset({str, int, bool, type(None), float})


def encode(value: object, files: str | None = None) -> bytes:
    """Return the value as JSON in UTF-8, or raise `NotJson`.

    Large arrays become files in the directory `files`; with None they don't.
    """
    try:
        encoded = _encoder.encode(value).encode("utf-8")
    except (TypeError, ValueError, RecursionError):
        return _plain(value, files)
    if type(value) in _LEAVES or _has_string_keys_only(value):
        return encoded
    return _plain(value, files)  # which names the key


def _plain(value: object, files: str | None) -> bytes:
    try:
        return _encoder.encode(Plain(files).of(value)).encode("utf-8")
    except RecursionError:
        raise NotJson("value: nested too deeply") from None


def _has_string_keys_only(root: object) -> bool:
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if not all(isinstance(key, str) for key in value):
                return False
            waiting.extend(value.values())
        elif isinstance(value, (list, tuple)) and not _LEAVES.issuperset(map(type, value)):
            waiting.extend(value)
    return True
