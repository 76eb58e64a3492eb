"""The Python side of QTau, a durable task broker for quantum and HPC work.

The names of the client (`connect` and what it gives, see `qtau.client`) are loaded when they are
used: a worker needs none of them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qtau.client import (
        BrokerUnavailable,
        Client,
        CredentialRefused,
        DuplicateTask,
        Executor,
        NeedsPickle,
        NotHere,
        NotSendable,
        Options,
        QTauError,
        Result,
        Session,
        SessionClosed,
        SessionExists,
        SessionInUse,
        SessionState,
        TaskFailed,
        TaskFuture,
        TaskRefused,
        TaskTimeout,
        UnknownSession,
        as_completed,
        connect,
        gather,
        wait,
    )

__version__ = "0.1.0"

__all__ = [
    "BrokerUnavailable",
    "Client",
    "CredentialRefused",
    "DuplicateTask",
    "Executor",
    "NeedsPickle",
    "NotHere",
    "NotSendable",
    "Options",
    "QTauError",
    "Result",
    "Session",
    "SessionClosed",
    "SessionExists",
    "SessionInUse",
    "SessionState",
    "TaskFailed",
    "TaskFuture",
    "TaskRefused",
    "TaskTimeout",
    "UnknownSession",
    "as_completed",
    "connect",
    "gather",
    "task_seed",
    "wait",
]


def task_seed() -> int | None:
    """Return the seed of the task that runs here, or None when it has none.

    In a sweep each item has a seed of its own, made from the task's; it is the same on a retry and
    on another agent. Programs find it in the variable `QTAU_TASK_SEED`.
    """
    seed = os.environ.get("QTAU_TASK_SEED")
    return None if seed is None else int(seed)


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from qtau import client

    return getattr(client, name)
