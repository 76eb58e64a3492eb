"""What can go wrong, by what the caller can do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from qtau.client.results import Result


class QTauError(Exception):
    """Everything that this client raises of its own."""


class BrokerUnavailable(QTauError):
    """The broker does not answer, or takes no tasks for now. The same call may succeed later."""


class CredentialRefused(QTauError):
    """The broker does not know the credential, or there is none."""


class TaskRefused(QTauError):
    """The broker does not want a task; the message says why. It does not have it."""


class DuplicateTask(TaskRefused):
    """A task's id was used in this session before."""


class UnknownSession(QTauError):
    """The broker has no record of the session."""


class SessionExists(QTauError):
    """There is a session of that name already."""


class SessionInUse(QTauError):
    """Another reader takes the session's results."""


class SessionClosed(QTauError):
    """The session object was closed; results that were not there go on waiting at the broker."""


class NotHere(QTauError):
    """A value lies in a file of another host; the message says where."""


class NeedsPickle(QTauError):
    """A value has no JSON form, and this session does not load pickles."""


class ErrorInfo(NamedTuple):
    """What was raised in a task."""

    type: str
    message: str
    trace: str


class TaskFailed(QTauError):
    """A task did not succeed. The message has its error, where it ran, and its last words.

    `type`, `message` and `trace` are those of the exception in the task; `status` is the task's:
    FAILED, TIMEOUT, EXPIRED, DEAD or REJECTED. `item` is the place in a `map`.
    """

    def __init__(self, result: Result, error: ErrorInfo, item: int | None = None) -> None:
        self.result = result
        self.item = item
        self.type = error.type
        self.message = error.message
        self.trace = error.trace
        super().__init__(_told(self))

    @property
    def task_id(self) -> str:
        """The task's id in its session."""
        return self.result.id

    @property
    def status(self) -> str:
        """How the task ended."""
        return self.result.status

    @property
    def host(self) -> str | None:
        """Where it ran; None when it never did."""
        return self.result.host

    @property
    def stderr(self) -> str:
        """The first and the last that it wrote to its standard error."""
        return self.result.stderr


_TAIL_LINES = 20


def _told(failed: TaskFailed) -> str:
    result = failed.result
    place = f" (item {failed.item})" if failed.item is not None else ""
    ran = (
        f" on {result.host} (agent {result.agent}, attempt {result.attempt})" if result.host else ""
    )
    status = "" if result.status in ("FAILED", "SUCCESS") else f"{result.status}: "
    lines = [
        f"{status}{failed.type}: {failed.message}",
        f"  task {result.id}{place} of session {result.session}{ran}",
    ]
    if failed.trace:
        lines.append(failed.trace.rstrip())
    if result.stderr:
        lines.append("its standard error ended with:")
        lines += ["  " + line for line in result.stderr.splitlines()[-_TAIL_LINES:]]
    return "\n".join(lines)


class TaskTimeout(TaskFailed):
    """A task ran longer than its `timeout`."""
