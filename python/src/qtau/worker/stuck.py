"""Whether a forked process hangs for ever: all its threads wait for locks that nobody can open.

A library that had started threads before a fork may do that in the child: the threads are not
there, their locks are.
"""

from __future__ import annotations

import os
import time

from qtau.worker.hangup import QUIET_THREAD

STUCK_SECONDS = 20.0

_FUTEX = {"x86_64": "202", "aarch64": "98", "ppc64le": "221", "s390x": "238"}.get(
    os.uname().machine
)
_NO_TIMEOUT = "0x0"


class StuckWatch:
    """Looks at processes now and then; says which have not moved for so many seconds."""

    def __init__(self, seconds: float = STUCK_SECONDS) -> None:
        self._seconds = seconds
        self._looks: dict[int, tuple[int, float]] = {}  # CPU ticks, and since when

    def look(self, pid: int) -> bool:
        """Return whether the process hangs; False also where the kernel does not tell."""
        ticks = waiting_ticks(pid)
        if ticks is None:
            self._looks.pop(pid, None)
            return False
        before = self._looks.get(pid)
        if before is None or before[0] != ticks:
            self._looks[pid] = (ticks, time.monotonic())
            return False
        return time.monotonic() - before[1] >= self._seconds

    def forget(self, pid: int) -> None:
        """Forget a process that has ended."""
        self._looks.pop(pid, None)


def waiting_ticks(pid: int) -> int | None:
    """Return the CPU ticks so far of a process that waits for locks only; None for any other."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
        if _read(f"/proc/{pid}/task/{pid}/children"):
            return None  # it may wait for a process of its own
        if not all(_waits(f"/proc/{pid}/task/{thread}") for thread in threads):
            return None
        fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[11]) + int(fields[12])


def _waits(thread: str) -> bool:
    """Say whether a thread is in futex(2) without a time-out."""
    call = _read(f"{thread}/syscall").split()
    if len(call) > 4 and call[0] == _FUTEX:
        return call[4] == _NO_TIMEOUT
    return _read(f"{thread}/comm").strip() == QUIET_THREAD


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
