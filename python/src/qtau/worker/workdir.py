"""The directory that a task runs in when it names none: empty when it begins.

To make and remove one takes longer than a short task. So with `keep_as` it stays for the next task;
one that leaves files in it keeps it, and `keep_as` becomes a link to it.
"""

from __future__ import annotations

import os


class WorkDirectory:
    """The directory of one task."""

    def __init__(self, path: str, keep_as: str | None) -> None:
        self._path = path
        self._keep_as = keep_as

    def enter(self) -> None:
        """Make it where it is not there, and go into it."""
        try:
            os.chdir(self._path)
        except FileNotFoundError:
            os.makedirs(self._path, exist_ok=True)
            os.chdir(self._path)

    def leave(self) -> bool:
        """Return whether the task keeps it, since it has left files there."""
        try:
            if self._keep_as is None:
                os.rmdir(self._path)
                return False
            if not os.listdir(self._path):
                return False
            os.makedirs(os.path.dirname(self._keep_as), exist_ok=True)
            os.symlink(self._path, self._keep_as)
        except FileNotFoundError:
            return False  # the task removed it
        except OSError:
            return True  # files are in it; it is no other task's
        return True
