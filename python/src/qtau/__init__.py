"""The Python side of QTau, a durable task broker for quantum and HPC work."""

from __future__ import annotations

import os

__version__ = "0.1.0"


def task_seed() -> int | None:
    """Return the seed of the task that runs here, or None when it has none.

    In a sweep each item has a seed of its own, made from the task's; it is the same on a retry and
    on another agent. Programs find it in the variable `QTAU_TASK_SEED`.
    """
    seed = os.environ.get("QTAU_TASK_SEED")
    return None if seed is None else int(seed)
