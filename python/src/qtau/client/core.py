"""One session object's ways to the broker and back; sessions with other options share it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from qtau.client import names, tables
from qtau.client.batches import Submission
from qtau.client.cancels import Cancels
from qtau.client.dialer import Dialer
from qtau.client.errors import DuplicateTask, SessionInUse
from qtau.client.futures import TaskFuture
from qtau.client.mailbox import Mailbox
from qtau.client.outgoing import Outgoing
from qtau.client.reader import Reader
from qtau.client.results import Result
from qtau.client.steward import Steward
from qtau.client.writer import Writer

_CLOSE_S = 5.0


class Core:
    """A session's writer, reader and futures. Thread-safe.

    Results go to futures, or to the one who iterates `results`: what one way takes is gone for the
    other.
    """

    def __init__(
        self, name: str, dialer: Dialer, *, is_new: bool, loads_pickles: bool, steals: bool
    ) -> None:
        self.name = name
        self.loads_pickles = loads_pickles
        self.dialer = dialer
        self.steward = Steward(dialer)
        self._reader = Reader(name, dialer, loads_pickles=loads_pickles, steals=steals)
        self._mailbox = Mailbox(name, self._reader)
        self._writer = Writer(name, dialer)
        self._cancels = Cancels(name, self.steward)
        self._prefix = self._writer.name[:6]
        self._numbers = itertools.count(1)
        self._used: set[str] = set()
        self._lock = threading.Lock()
        self._way: str | None = "futures" if is_new else None
        self._stop = threading.Event()
        self.closed = False

    def submit(self, tasks: Sequence[dict[str, Any]], *, wait: bool) -> list[TaskFuture]:
        """Bring tasks to the broker; with `wait` return when it has all of them on its disk.

        Without, a future of a task that it does not take gets the exception.
        """
        self._choose_futures()
        named = [self._named(task) for task in tasks]
        outgoing = [Outgoing.of(self.name, task) for task in named]
        self._use([task.id for task in outgoing])
        submission = Submission(outgoing, self._mailbox.open)
        futures = [TaskFuture(self, task.id, submission.accepted) for task in outgoing]
        self._mailbox.expect(futures)
        submission.accepted.add_done_callback(lambda _: self._refused(submission, futures))
        try:
            self._writer.bring(submission)
        except BaseException:
            self._mailbox.forget(futures)
            raise
        if wait and futures:
            submission.accepted.result()
        return futures

    def _named(self, task: dict[str, Any]) -> dict[str, Any]:
        if "id" in task:
            names.task(task["id"])
            return task
        return {**task, "id": f"{self._prefix}-{next(self._numbers)}"}

    def _use(self, ids: Sequence[str]) -> None:
        with self._lock:
            again = next((one for one in ids if one in self._used), None)
            if again is None and len(set(ids)) < len(ids):
                again = next(one for one in ids if ids.count(one) > 1)
            if again is not None:
                raise DuplicateTask(f"the id {again} was used in session {self.name} before")
            self._used.update(ids)

    def _refused(self, submission: Submission, futures: list[TaskFuture]) -> None:
        error = submission.accepted.exception()
        if error is None:
            return
        left = futures[submission.count :]
        self._mailbox.forget(left)
        with self._lock:
            self._used.difference_update(future.task_id for future in left)
        for future in left:
            if not future.done():
                future.set_exception(error)

    def use(self, result: Result) -> None:
        """Let the broker forget a result."""
        self._reader.use(result)

    def cancel_later(self, task_id: str) -> None:
        """Have a task cancelled that the broker has."""
        self._cancels.add(task_id)

    def state(self) -> tables.SessionState:
        """Return how far the session is."""
        connection = self.dialer.dial()
        try:
            return tables.state(self.name, tables.records(connection, self.name))
        finally:
            connection.close()

    def results(self) -> Iterator[list[Result]]:
        """Yield results in groups as they come, and empty ones now and then."""
        with self._lock:
            if self._way == "futures":
                raise SessionInUse(
                    f"the results of this object go to its futures; attach({self.name!r}) gives "
                    "another one"
                )
            self._way = "results"
        return self._reader.groups(self._stop)

    def _choose_futures(self) -> None:
        with self._lock:
            if self._way == "futures":
                return
            if self._way is None:
                # Futures would swallow what somebody else has submitted or left unread here.
                state = self.state()
                if state.open == 0 and not state.fed_by_foreign:
                    self._way = "futures"
                    return
        raise SessionInUse(
            f"the session {self.name} has results that are not of these futures: take them with "
            f"attach({self.name!r}).results()"
        )

    def close(self) -> None:
        """Bring what waits, say that there will be no more, and stop reading."""
        if self.closed:
            return
        self.closed = True
        self._writer.close(_CLOSE_S)
        self._stop.set()
        self._mailbox.close()
