"""The `path` of a task: import directories that count for this task alone."""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder
from types import ModuleType

_PUT_ASIDE_MAX = 8


class TaskPaths:
    """Puts a task's directories in front of `sys.path`, and keeps their modules apart.

    Modules from a directory that the next task does not name are put aside, so that equal names in
    two directories never mix. When the directory is named again they come back as they were:
    many C extensions can't be loaded twice by one process. The oldest are forgotten.
    """

    def __init__(self) -> None:
        self._last: list[str] = []
        self._put_aside: dict[str, dict[str, ModuleType]] = {}

    def enter(self, entries: list[str]) -> None:
        """Make the directories count; relative ones start from the current directory."""
        active = [os.path.abspath(entry) for entry in entries]
        if active != self._last:
            self._switch(active)
        sys.path[0:0] = active

    def leave(self) -> None:
        """Take the directories off `sys.path`; what the task itself added stays."""
        for entry in self._last:
            if entry in sys.path:
                sys.path.remove(entry)

    def _switch(self, active: list[str]) -> None:
        for entry in sorted(self._last, key=len, reverse=True):  # a directory before its parent
            taken = _take_out(entry)
            taken.update(self._put_aside.pop(entry, {}))
            self._put_aside[entry] = taken
        for rank, entry in enumerate(active):
            self._bring_back(entry, active[:rank])
        while len(self._put_aside) > _PUT_ASIDE_MAX:
            del self._put_aside[next(iter(self._put_aside))]
        self._last = active

    def _bring_back(self, entry: str, before: list[str]) -> None:
        """Bring back a directory's modules, but none that a directory before it has too."""
        aside = self._put_aside.get(entry, {})
        packages = {name.partition(".")[0] for name in aside}
        hidden = {package for package in packages if PathFinder.find_spec(package, before)}
        for name in [name for name in aside if name.partition(".")[0] not in hidden]:
            sys.modules.setdefault(name, aside.pop(name))
        if not aside:
            self._put_aside.pop(entry, None)


def _take_out(directory: str) -> dict[str, ModuleType]:
    below = directory.rstrip(os.sep) + os.sep
    names = [name for name, module in list(sys.modules.items()) if _is_below(module, below)]
    return {name: sys.modules.pop(name) for name in names}


def _is_below(module: ModuleType, below: str) -> bool:
    try:
        file = getattr(module, "__file__", None)
        if isinstance(file, str):
            return file.startswith(below)
        return any(f"{place}/".startswith(below) for place in getattr(module, "__path__", ()))
    except Exception:  # lazy stand-ins in sys.modules may fail on any attribute
        return False
