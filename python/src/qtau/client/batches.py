"""Tasks that wait to be brought to the broker, by the calls that they came with."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import NamedTuple

from qtau.client.outgoing import BATCH_BYTES, BATCH_TASKS, Outgoing


class Submission:
    """The tasks of one call; `accepted` is done when the broker has all of them, or does not."""

    def __init__(self, tasks: Sequence[Outgoing], on_taken: Callable[[], None]) -> None:
        self.tasks = tasks
        self.accepted: Future[None] = Future()
        self.count = 0  # how many the broker has
        self.cut = 0  # how many went into batches
        self._on_taken = on_taken

    def took(self, count: int) -> None:
        """The broker has so many more of them."""
        self.count += count
        self._on_taken()
        if self.count == len(self.tasks):
            self.accepted.set_result(None)

    def fail(self, error: BaseException) -> None:
        """The broker has no more of them."""
        self.cut = len(self.tasks)
        if not self.accepted.done():
            self.accepted.set_exception(error)


class Part(NamedTuple):
    """The tasks of one submission that are in one batch."""

    submission: Submission
    tasks: Sequence[Outgoing]


class Waiting:
    """Submissions, first come first served. Many threads add, one takes."""

    def __init__(self) -> None:
        self._submissions: deque[Submission] = deque()
        self._changed = threading.Condition()

    def add(self, submission: Submission) -> None:
        """Add one, and wake whoever takes."""
        with self._changed:
            self._submissions.append(submission)
            self._changed.notify()

    def wake(self) -> None:
        """Wake whoever takes."""
        with self._changed:
            self._changed.notify()

    def take(self, timeout_s: float) -> list[Part]:
        """Return the next batch: what waits, up to 500 tasks or 1 MiB; none in time is none."""
        with self._changed:
            if not self._submissions:
                self._changed.wait(timeout_s)
            parts: list[Part] = []
            tasks = size = 0
            while self._submissions and tasks < BATCH_TASKS and size < BATCH_BYTES:
                part, size = _cut(self._submissions[0], BATCH_TASKS - tasks, size)
                if part.submission.cut >= len(part.submission.tasks):
                    self._submissions.popleft()
                if part.tasks:
                    parts.append(part)
                    tasks += len(part.tasks)
            return parts

    def empty(self) -> list[Submission]:
        """Return all that waits, and forget it."""
        with self._changed:
            taken = list(self._submissions)
            self._submissions.clear()
            return taken

    def __len__(self) -> int:
        return len(self._submissions)


def _cut(submission: Submission, most: int, size: int) -> tuple[Part, int]:
    start = end = submission.cut
    while end < len(submission.tasks) and end - start < most and size < BATCH_BYTES:
        size += len(submission.tasks[end].encoded)
        end += 1
    submission.cut = end
    return Part(submission, submission.tasks[start:end]), size
