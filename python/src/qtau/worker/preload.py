"""Modules that are imported before a task begins."""

from __future__ import annotations

from qtau.worker.payload import import_module


def load(names: list[str]) -> None:
    """Import the modules; `TaskRefused` names the one that is missing, and the interpreter."""
    for name in names:
        import_module(name)
