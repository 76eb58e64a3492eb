"""The client: submits tasks, and gets their results.

`connect` gives a `Client`, that gives a `Session`, whose `submit` and `map` give futures and
results. `docs/python.md` is the reference.
"""

from qtau.client.client import Client, connect
from qtau.client.errors import (
    BrokerUnavailable,
    CredentialRefused,
    DuplicateTask,
    NeedsPickle,
    NotHere,
    QTauError,
    SessionClosed,
    SessionExists,
    SessionInUse,
    TaskFailed,
    TaskRefused,
    TaskTimeout,
    UnknownSession,
)
from qtau.client.executor import Executor
from qtau.client.futures import TaskFuture
from qtau.client.options import Options
from qtau.client.results import Result
from qtau.client.session import Session
from qtau.client.tables import SessionState
from qtau.client.waiting import as_completed, gather, wait
from qtau.sending import NotSendable

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
    "wait",
]
