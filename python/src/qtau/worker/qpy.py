"""Which version of QPY, Qiskit's file format, is in a value, and which one a Qiskit can read.

A Qiskit reads its own version and older ones. Both are found without importing it.
"""

from __future__ import annotations

import binascii
import os
from collections.abc import Iterator
from typing import Any

_MARK = b"QISKIT"  # followed by the version, one byte
_MARK_BASE64 = "UUlTS0lU"
_HEAD_BASE64 = len(_MARK_BASE64) + 4
_MOST_LOOKS = 10_000
_CONSTANT = "QPY_VERSION = "


def version_of(data: object) -> int | None:
    """Return the version of QPY, as bytes or as base64; None for anything else."""
    if isinstance(data, str):
        if not data.startswith(_MARK_BASE64):
            return None
        try:
            data = binascii.a2b_base64(data[:_HEAD_BASE64])
        except (binascii.Error, ValueError):
            return None
    if not isinstance(data, (bytes, bytearray)) or not data.startswith(_MARK):
        return None
    return data[len(_MARK)] if len(data) > len(_MARK) else None


def latest(value: object) -> int | None:
    """Return the latest version of QPY among a value and its items; None when there is none."""
    found = [version for version in map(version_of, _parts(value)) if version is not None]
    return max(found, default=None)


def readable(packages: str) -> int | None:
    """Return the latest version that the Qiskit in a `site-packages` reads; None without one."""
    try:
        with open(os.path.join(packages, "qiskit", "qpy", "common.py"), encoding="utf-8") as file:
            found = next(
                (line[len(_CONSTANT) :] for line in file if line.startswith(_CONSTANT)), ""
            )
    except OSError:
        return None
    return int(found) if found.strip().isdigit() else None


def told(interpreter: str, *arguments: object) -> str:
    """Return what to say of a failed call: nothing, unless its QPY is too new for this place."""
    try:
        version, here = latest(arguments), None
        if version is not None:
            import importlib.util

            spec = importlib.util.find_spec("qiskit")
            for place in (spec.submodule_search_locations or ()) if spec is not None else ():
                here = readable(os.path.dirname(place))
    except Exception:  # arguments and finders of modules may be anything
        return ""
    if version is None or here is None or version <= here:
        return ""
    return f" ({remedy(version, here, interpreter)})"


def remedy(version: int, there: int, place: str) -> str:
    """Say that one version is too new for a place, and what to do."""
    return (
        f"QPY of version {version} was sent, and the Qiskit of {place} reads {there} and older: "
        f"write it with qpy.dump(…, version={there}), or send OpenQASM"
    )


def _parts(value: object) -> Iterator[object]:
    """Yield a value and all items in it, the first ones when there are very many."""
    left: list[Any] = [value]
    for _ in range(_MOST_LOOKS):
        if not left:
            return
        part = left.pop()
        if isinstance(part, dict):
            left.extend(part.values())
        elif isinstance(part, (list, tuple)):
            left.extend(part[:_MOST_LOOKS])
        else:
            yield part
