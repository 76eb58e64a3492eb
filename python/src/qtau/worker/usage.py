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
        self.rss_mb = 0.0  # as of the last task's end

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
        peak, self.rss_mb = self._memory_mb()
        return {
            "user_s": round(user - self._user, 6),
            "system_s": round(system - self._system, 6),
            "max_rss_mb": round(peak, 1),
        }

    def _memory_mb(self) -> tuple[float, float]:
        """Return the peak, and what the process holds now."""
        if self._status is not None:
            try:
                status = os.pread(self._status, 8192, 0)
                return _field_mb(status, b"\nVmHWM:"), round(_field_mb(status, b"\nVmRSS:"), 1)
            except (OSError, IndexError, ValueError):
                self._status = None
        peak = resource.getrusage(_SELF).ru_maxrss / _RSS_UNITS_PER_MB
        return peak, round(peak, 1)


def _field_mb(status: bytes, name: bytes) -> float:
    return int(status.partition(name)[2].split(None, 1)[0]) / 1024


def _cpu_seconds() -> tuple[float, float]:
    own = resource.getrusage(_SELF)
    children = resource.getrusage(_CHILDREN)
    return own.ru_utime + children.ru_utime, own.ru_stime + children.ru_stime


def _open(path: str, flags: int) -> int | None:
    try:
        return os.open(path, flags)
    except OSError:
        return None
