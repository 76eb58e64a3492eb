"""What a task prints, taken at the level of file descriptors, so that C code is included."""

from __future__ import annotations

import faulthandler
import io
import os
import sys
from collections.abc import Callable
from typing import Any, TextIO

HEAD_BYTES = 8 * 1024
TAIL_BYTES = 24 * 1024

_EMPTY = {"text": "", "bytes": 0, "truncated": False}


class CapturedStream:
    """One of descriptors 1 and 2, writing to a file that is emptied after each task.

    The agent reads the file of a worker that died. A process that a task left behind still writes
    here, into the output of a later task.
    """

    def __init__(self, name: str, descriptor: int, prefix: str) -> None:
        self._name = name
        self._descriptor = descriptor
        self._path = f"{prefix}.{name}"
        self._file = _new_file(self._path)
        state = os.fstat(self._file)
        self._identity = (state.st_dev, state.st_ino)
        os.dup2(self._file, descriptor)
        self._text = self._wrapper()

    def collect(self) -> dict[str, Any]:
        """Return what was printed since the last call, and forget it."""
        self._flush()
        size = self._size()
        if size == 0:
            return _EMPTY
        taken = self._read(size)
        os.ftruncate(self._file, 0)
        return taken

    def remove(self) -> None:
        """Remove the file's name; what still writes to it goes on."""
        try:
            os.unlink(self._path)
        except FileNotFoundError:
            return  # the agent has removed it

    def _wrapper(self) -> TextIO:
        """Make `sys.stdout` or `sys.stderr` unbuffered UTF-8 that no character can upset."""
        text = io.TextIOWrapper(
            io.FileIO(self._descriptor, "wb", closefd=False),
            encoding="utf-8",
            errors="backslashreplace",
            newline="\n",
            write_through=True,
        )
        setattr(sys, self._name, text)
        return text

    def _flush(self) -> None:
        current = getattr(sys, self._name, None)
        if current is not self._text:
            _flush_quietly(current)
            setattr(sys, self._name, self._text)
        if self._text.closed or self._text.buffer.closed:
            self._text = self._wrapper()
        _flush_quietly(self._text)

    def _size(self) -> int:
        """Return the file's size; a descriptor that the task closed or turned is put back."""
        try:
            state = os.fstat(self._descriptor)
            if (state.st_dev, state.st_ino) == self._identity:
                return state.st_size
        except OSError:
            pass
        os.dup2(self._file, self._descriptor)
        return os.fstat(self._file).st_size

    def _read(self, size: int) -> dict[str, Any]:
        if size <= HEAD_BYTES + TAIL_BYTES:
            text = os.pread(self._file, size, 0).decode("utf-8", "replace")
            return {"text": text, "bytes": size, "truncated": False}
        head = _whole_end(os.pread(self._file, HEAD_BYTES, 0))
        tail = _whole_start(os.pread(self._file, TAIL_BYTES, size - TAIL_BYTES))
        left_out = size - len(head) - len(tail)
        marker = f"\n... {left_out} bytes left out ...\n"
        text = head.decode("utf-8", "replace") + marker + tail.decode("utf-8", "replace")
        return {"text": text, "bytes": size, "truncated": True}


class Capture:
    """Both streams, and C's own buffers before them.

    The files are `PREFIX.stdout` and `PREFIX.stderr`. A crash of the interpreter writes its
    trace to the latter.
    """

    def __init__(self, prefix: str) -> None:
        self._out = CapturedStream("stdout", 1, prefix)
        self._err = CapturedStream("stderr", 2, prefix)
        self._flush_c: Callable[[None], object] = _nothing

    def prepare(self) -> None:
        """Load what flushes C's buffers; slow, so it is done while the worker waits."""
        faulthandler.enable(2, all_threads=False)
        try:
            import ctypes

            self._flush_c = ctypes.CDLL(None).fflush
        except (ImportError, OSError, AttributeError):
            return  # an interpreter built without ctypes: C's buffers come with a later task

    def remove(self) -> None:
        """Remove both files."""
        self._out.remove()
        self._err.remove()

    def collect(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the task's stdout and stderr."""
        self._flush_c(None)
        return self._out.collect(), self._err.collect()


def _nothing(_: None) -> None:
    pass


def _flush_quietly(stream: Any) -> None:
    try:
        stream.flush()
    except Exception:  # a task's own stream object, or a full disk: the task's result stands
        return


def _new_file(path: str) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)


def _whole_end(data: bytes) -> bytes:
    """Drop a UTF-8 sequence that was cut at the end."""
    for back in range(1, 4):
        byte = data[-back]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return data[:-back] if length > back else data
        if byte < 0x80:
            return data
    return data


def _whole_start(data: bytes) -> bytes:
    """Drop the rest of a UTF-8 sequence that was cut at the start."""
    start = 0
    while start < 3 and data[start] & 0xC0 == 0x80:
        start += 1
    return data[start:]
