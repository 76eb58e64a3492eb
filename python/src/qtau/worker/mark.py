"""The mark by which an agent finds the processes of an execution: a variable in `environ`.

`/proc/PID/environ` shows what the process was started with. A forked process has its parent's, and
would be found as its parent; so it writes its own mark over the old one, of the same length.
"""

from __future__ import annotations

import os

VARIABLE = "QTAU_EXECUTION"

_ENV_START = 47  # fields of /proc/PID/stat behind the name, from 0; see proc(5)
_ENV_END = 48


def change(new: str) -> None:
    """Carry another mark from here on; raise OSError where the kernel does not let us."""
    old = os.environ.get(VARIABLE)
    if old is None:
        return  # nobody looks for marks: a worker that was started by hand
    before = f"{VARIABLE}={old}\0".encode("ascii")
    after = f"{VARIABLE}={new}\0".encode("ascii")
    if len(before) != len(after):
        raise ValueError(f"the mark {new!r} has not the length of {old!r}")
    start, end = _place()
    with open("/proc/self/mem", "r+b", buffering=0) as memory:
        memory.seek(start)
        at = memory.read(end - start).find(before)
        if at < 0:
            raise OSError(f"{VARIABLE} is not in the environment that this process started with")
        memory.seek(start + at)
        memory.write(after)
    os.environ[VARIABLE] = new


def _place() -> tuple[int, int]:
    with open("/proc/self/stat", encoding="utf-8", errors="replace") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return int(fields[_ENV_START]), int(fields[_ENV_END])
