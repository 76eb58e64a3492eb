"""Where modules come from: what a worker needs in its path to import them."""

from __future__ import annotations

import functools
import os
import sys
import sysconfig
from collections.abc import Iterable
from typing import Any, Callable

_PATHS = ("stdlib", "platstdlib", "purelib", "platlib")


def name_of(function: Callable[..., Any]) -> str | None:
    """Return `module:function` if importing that gives the function; None otherwise."""
    module = getattr(function, "__module__", None)
    name = getattr(function, "__qualname__", None)
    if not module or not name or module == "__main__" or "<" in name:
        return None
    found: Any = sys.modules.get(module)
    if found is None or _is_notebook(found):
        return None
    for attribute in name.split("."):
        found = getattr(found, attribute, None)
    return f"{module}:{name}" if found is function else None


def directories(modules: Iterable[str]) -> list[str]:
    """Return the directories of `sys.path` that modules of the user's own come from.

    What is installed with the interpreter is not among them: the worker's environment has it.
    """
    found = []
    for module in modules:
        directory = _directory(module.partition(".")[0])
        if directory is not None and directory not in found:
            found.append(directory)
    return found


@functools.cache
def environment() -> str | None:
    """Return this interpreter's environment; None when it has no Python that an agent would find.

    A system's own, below /usr, often has `bin/python3` only.
    """
    names = ("python", "python3")
    found = any(os.access(os.path.join(sys.prefix, "bin", name), os.X_OK) for name in names)
    return sys.prefix if found else None


def _directory(module: str) -> str | None:
    file: str | None = getattr(sys.modules.get(module), "__file__", None)
    if module in ("qtau", "__main__") or file is None:
        return None
    file = os.path.abspath(file)
    if any(file.startswith(place + os.sep) for place in _installed()):
        return None
    directory = os.path.dirname(file)
    is_package = os.path.splitext(os.path.basename(file))[0] == "__init__"
    return os.path.dirname(directory) if is_package else directory


@functools.cache  # it takes longer than all else of a task
def _installed() -> list[str]:
    return [os.path.abspath(sysconfig.get_path(name)) for name in _PATHS]


def _is_notebook(module: Any) -> bool:
    return getattr(module, "__file__", None) is None and module.__spec__ is None
