"""Why a task failed, in the words of its own code."""

from __future__ import annotations

import os
import sys
from types import TracebackType

from qtau.worker import qpy

TRACE_MAX_BYTES = 16 * 1024
MESSAGE_MAX_CHARACTERS = 8 * 1024

_OWN_DIRECTORY = os.path.dirname(os.path.abspath(__file__)) + os.sep


class TaskRefused(Exception):
    """The worker's own verdict on a task; `kind` is the error type to report."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def describe(error: BaseException, *arguments: object) -> dict[str, str]:
    """Return type, message and trace; never raises because of what the error holds.

    With what a function was called with, the message also tells what of it cannot be read here.
    """
    kind = error.kind if isinstance(error, TaskRefused) else type(error).__name__
    message = clean(_message(error))[:MESSAGE_MAX_CHARACTERS]
    message += qpy.told(interpreter(), *arguments)
    return {"type": clean(kind), "message": message, "trace": _trace(error)}


def interpreter() -> str:
    """Return which Python runs here, for messages: it names the environment."""
    version = ".".join(map(str, sys.version_info[:3]))
    return f"{sys.executable} (Python {version})"


def clean(text: str) -> str:
    """Return the text with lone surrogates written out, so that it is Unicode."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _message(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"the task called sys.exit, code {_text(error.code)}"
    if isinstance(error, KeyboardInterrupt):
        return _text(error) or "the task was interrupted"
    if isinstance(error, ImportError):
        return f"{_text(error)}: running in {interpreter()}"
    return _text(error)


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception:
        return f"<{type(value).__name__} whose str() fails>"


def _trace(error: BaseException) -> str:
    import traceback

    if isinstance(error, TaskRefused) and error.__cause__ is not None:
        error = error.__cause__
    frames = _without_own_frames(error.__traceback__)
    try:
        text = "".join(traceback.format_exception(type(error), error, frames))
    except Exception:  # an error whose own attributes fail while they are formatted
        text = f"{type(error).__name__}\n"
    encoded = text.encode("utf-8", "backslashreplace")
    return encoded[-TRACE_MAX_BYTES:].decode("utf-8", "ignore")


def _without_own_frames(frames: TracebackType | None) -> TracebackType | None:
    while frames is not None and frames.tb_frame.f_code.co_filename.startswith(_OWN_DIRECTORY):
        frames = frames.tb_next
    return frames
