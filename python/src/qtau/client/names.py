"""Names: of sessions that nobody can guess, and the rules for those that people choose."""

from __future__ import annotations

import re
import secrets

_SESSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}\Z")
_TASK = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]|:(?!:)){0,127}\Z")
_DIGITS = "0123456789abcdefghijklmnopqrstuv"


def unguessable() -> str:
    """Return 128 random bits as 26 digits of 0-9 and a-v."""
    number = secrets.randbits(128)
    return "".join(_DIGITS[number >> 5 * place & 31] for place in reversed(range(26)))


def session(name: str) -> str:
    """Return a session's name, or ValueError."""
    if not _SESSION.match(name) or name in ("shared", "steward"):
        raise ValueError(
            f"{name!r} is no name of a session: 1 to 63 letters, digits, _ and -, "
            "a letter or digit first"
        )
    return name


def task(name: str) -> str:
    """Return a task's id, or ValueError."""
    if not _TASK.match(name):
        raise ValueError(
            f"{name!r} is no id of a task: 1 to 128 letters, digits and . _ : -, "
            "a letter or digit first, no ::"
        )
    return name
