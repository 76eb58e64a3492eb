"""What a task used: CPU seconds of this process and its ended children, peak memory."""

from __future__ import annotations

import os
import resource
import sys
import time

_SELF = resource.RUSAGE_SELF
_CHILDREN = resource.RUSAGE_CHILDREN
_RSS_UNITS_PER_MB = 1024 * 1024 if sys.platform == "darwin" else 1024
_LOOK_SECONDS = 0.05
_GROWTH_MB = 1.0
_PAGE_BYTES = resource.getpagesize()


class Usage:
    """Measures one task after the other.

    A task's CPU time is what was used since the last one ended: idle, a worker uses none.

    The peak of memory takes longer to find out than all the rest. So it is looked for when the
    process has grown by a MiB, and else every 50 ms at most; of a task in between it is told what
    the process holds. It is the peak since the last look where Linux can reset its mark
    (`/proc/self/clear_refs`), else that of the process so far. `ru_maxrss` is only the last resort:
    it includes what the process that started this one held.
    """

    def __init__(self) -> None:
        self._reset = _open("/proc/self/clear_refs", os.O_WRONLY)
        self._status = _open("/proc/self/status", os.O_RDONLY)
        self._held = _open("/proc/self/statm", os.O_RDONLY)
        self._user, self._system = _cpu_seconds()
        self._next_look = 0.0
        self._seen_mb = 0.0  # as of the last look
        self.rss_mb = 0.0  # as of the last task's end

    def end(self) -> dict[str, float]:
        """Return the account of the task that ends here."""
        user, system = _cpu_seconds()
        used = {
            "user_s": round(user - self._user, 6),
            "system_s": round(system - self._system, 6),
        }
        self._user, self._system = user, system
        now = time.monotonic()
        held = self._held_mb()
        if held is None or held > self._seen_mb + _GROWTH_MB or now >= self._next_look:
            used["max_rss_mb"] = self._look()
            self._next_look = now + _LOOK_SECONDS
        else:
            used["max_rss_mb"] = self.rss_mb = round(held, 1)
        return used

    def _held_mb(self) -> float | None:
        if self._held is None:
            return None
        pages = os.pread(self._held, 128, 0).split()[1]
        return int(pages) * _PAGE_BYTES / (1024 * 1024)

    def _look(self) -> float:
        peak, self._seen_mb = self._memory_mb()
        self.rss_mb = round(self._seen_mb, 1)
        if self._reset is not None:
            try:
                os.write(self._reset, b"5")
            except OSError:
                self._reset = None
        return round(peak, 1)

    def _memory_mb(self) -> tuple[float, float]:
        """Return the peak, and what the process holds now."""
        if self._status is not None:
            try:
                status = os.pread(self._status, 8192, 0)
                return _field_mb(status, b"\nVmHWM:"), _field_mb(status, b"\nVmRSS:")
            except (OSError, IndexError, ValueError):
                self._status = None
        peak = resource.getrusage(_SELF).ru_maxrss / _RSS_UNITS_PER_MB
        return peak, peak


def resident_mb() -> float:
    """Return what this process holds now; its peak, where the system does not tell."""
    try:
        with open("/proc/self/status", "rb") as status:
            return round(_field_mb(status.read(), b"\nVmRSS:"), 1)
    except (OSError, IndexError, ValueError):
        return round(resource.getrusage(_SELF).ru_maxrss / _RSS_UNITS_PER_MB, 1)


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
