"""The future of a task: one of `concurrent.futures`, which knows its task."""

from __future__ import annotations

import concurrent.futures
from typing import TYPE_CHECKING, Any

from qtau.client.results import Result

if TYPE_CHECKING:
    from qtau.client.core import Core


class TaskFuture(concurrent.futures.Future[Any]):
    """What a task will return; `as_completed`, `wait` and `asyncio.wrap_future` take it.

    `result()` raises `TaskFailed` when the task did not succeed, and `CancelledError` when it was
    cancelled.
    """

    def __init__(self, core: Core, task_id: str, accepted: concurrent.futures.Future[None]) -> None:
        super().__init__()
        self._core = core
        self.task_id = task_id
        self._accepted = accepted
        self._used = False
        self._details: Result | None = None

    @property
    def session(self) -> str:
        """The name of the task's session."""
        return self._core.name

    @property
    def details(self) -> Result | None:
        """How the task ended and where it ran; None until it has."""
        return self._details

    def result(self, timeout: float | None = None) -> Any:
        """Return what the task returned; from then on the broker need not keep it."""
        try:
            return super().result(timeout)
        finally:
            self.use()

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """Return why the task failed; from then on the broker need not keep it."""
        try:
            return super().exception(timeout)
        finally:
            self.use()

    def use(self) -> None:
        """Say that use was made of the result, if it is there."""
        if self._details is not None and not self._used:
            self._used = True
            self._core.use(self._details)

    def cancel(self) -> bool:
        """Ask the broker to cancel the task, running or not; false when it is over.

        The future is cancelled when the broker has confirmed that: a task that ends before keeps
        its result.
        """
        if self.done():
            return self.cancelled()
        # An order hits what the broker has by then.
        self._accepted.add_done_callback(lambda _: self._core.cancel_later(self.task_id))
        return True

    def complete(self, result: Result) -> None:
        """Take the result; for the session's reader."""
        self._details = result
        if result.status == "CANCELED":
            super().cancel()
            self.set_running_or_notify_cancel()
            return
        try:
            value = _value(result) if result.succeeded else None
            error = None if result.succeeded else result.failure()
        except Exception as unreadable:  # what unpickling runs may raise anything
            self.set_exception(unreadable)
            return
        if error is None:
            self.set_result(value)
        else:
            self.set_exception(error)

    def __repr__(self) -> str:
        state = self._details.status if self._details else "pending"
        return f"TaskFuture({self.session}/{self.task_id} {state})"


def _value(result: Result) -> Any:
    """Return what a function returned; of a program, how it ended and what it wrote."""
    return result if result.raw.get("kind") in ("exec", "mpi") else result.value()
