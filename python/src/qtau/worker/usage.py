"""What a task used: CPU seconds of this process and its ended children, peak memory."""

from __future__ import annotations

import os
import resource
import sys

_SELF = resource.RUSAGE_SELF
_CHILDREN = resource.RUSAGE_CHILDREN
_RSS_UNITS_PER_MB = 1024 * 1024 if sys.platform == "darwin" else 1024


class Usage:
    """Measures one task after the other.

    The peak of memory is that of this process during the task where Linux can reset its mark
    (`/proc/self/clear_refs`), else that of the process so far. `ru_maxrss` is only the last
    resort: it includes what the process that started this one held.
    """

    def __init__(self) -> None:
        self._reset = _open("/proc/self/clear_refs", os.O_WRONLY)
        self._status = _open("/proc/self/status", os.O_RDONLY)
        self._user = self._system = 0.0

    def begin(self) -> None:
        """Start a task's account."""
        if self._reset is not None:
            try:
                os.write(self._reset, b"5")
            except OSError:
                self._reset = None
        self._user, self._system = _cpu_seconds()

    def end(self) -> dict[str, float]:
        """Return the task's account."""
        user, system = _cpu_seconds()
        return {
            "user_s": round(user - self._user, 6),
            "system_s": round(system - self._system, 6),
            "max_rss_mb": round(self._peak_mb(), 1),
        }

    def rss_mb(self) -> float:
        """Return the memory that this process holds now, MiB."""
        return round(self._read_mb(b"\nVmRSS:"), 1)

    def _peak_mb(self) -> float:
        return self._read_mb(b"\nVmHWM:")

    def _read_mb(self, field: bytes) -> float:
        if self._status is not None:
            try:
                _, found, rest = os.pread(self._status, 8192, 0).partition(field)
                if found:
                    return int(rest.split(None, 1)[0]) / 1024
            except OSError:
                self._status = None
        return resource.getrusage(_SELF).ru_maxrss / _RSS_UNITS_PER_MB


def _cpu_seconds() -> tuple[float, float]:
    own = resource.getrusage(_SELF)
    children = resource.getrusage(_CHILDREN)
    return own.ru_utime + children.ru_utime, own.ru_stime + children.ru_stime


def _open(path: str, flags: int) -> int | None:
    try:
        return os.open(path, flags)
    except OSError:
        return None
