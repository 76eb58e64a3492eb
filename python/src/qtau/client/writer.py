"""Brings tasks to the broker, each exactly once, whatever happens to the connection.

One thread sends what waits in batches, each in a transaction with this writer's `sent` record:
when a commit's outcome is unknown, that record tells it. What many callers submit meanwhile goes
into the next batch.
"""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass

from qtau.amqp.errors import ConnectionLost, Refused
from qtau.client import names, tables
from qtau.client.batches import Part, Submission, Waiting
from qtau.client.dialer import Dialer, Outage
from qtau.client.errors import (
    BrokerUnavailable,
    DuplicateTask,
    QTauError,
    SessionClosed,
    TaskRefused,
)
from qtau.client.outgoing import record
from qtau.client.refusal import BatchRefused, Refusal
from qtau.client.transacted import Transacted

log = logging.getLogger("qtau")

_LOOK_S = 2.0


@dataclass(frozen=True)
class Sent:
    """This writer's line in the table of sessions."""

    session: str
    writer: str
    accepted: int = 0
    last_batch: int = 0
    sealed: bool = False

    @property
    def key(self) -> str:
        """Its key there."""
        return f"{self.session}/sent/{self.writer}"

    def after(self, tasks: int, *, seals: bool) -> Sent:
        """Return what comes with the next batch."""
        return dataclasses.replace(
            self, accepted=self.accepted + tasks, last_batch=self.last_batch + 1, sealed=seals
        )


class Writer:
    """The way of one session object to the broker. Thread-safe."""

    def __init__(self, session: str, dialer: Dialer) -> None:
        self._dialer = dialer
        self._sent = Sent(session, names.unguessable())
        self._waiting = Waiting()
        self._seal: Future[None] | None = None
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._line: Transacted | None = None
        self._deadline: float | None = None

    @property
    def name(self) -> str:
        """What the table of sessions knows it by."""
        return self._sent.writer

    def bring(self, submission: Submission) -> None:
        """Let the tasks follow those that wait."""
        with self._lock:
            if self._closed.is_set() or self._seal is not None:
                raise SessionClosed("this session object is closed")
            self._waiting.add(submission)
            self._run()

    def close(self, patience_s: float) -> bool:
        """Bring what waits, say that there will be no more, and end; false when that took too long.

        What waited then is not in the broker, and is told so.
        """
        with self._lock:
            if self._seal is None:
                self._seal = Future()
                self._deadline = time.monotonic() + patience_s
                if self._thread is None and self._sent.last_batch == 0:
                    self._closed.set()
                    return True
                self._run()
            thread = self._thread
        self._waiting.wake()
        if thread is not None:
            thread.join(patience_s + _LOOK_S)
        return self._sent.sealed or self._sent.last_batch == 0

    def _run(self) -> None:
        if self._thread is None:
            name = f"qtau-submit-{self._sent.session}"
            self._thread = threading.Thread(target=self._work, name=name, daemon=True)
            self._thread.start()

    def _work(self) -> None:
        failure: BaseException = SessionClosed("this session object is closed")
        try:
            while self._seal is None or len(self._waiting):
                self._bring(self._waiting.take(_LOOK_S))
                self._look()
            if self._sent.last_batch:
                self._settle((), seals=True)
        except BaseException as error:  # whoever waits has to hear of it
            failure = error
        finally:
            with self._lock:
                self._closed.set()
            left = self._waiting.empty()
            for submission in left:
                submission.fail(failure)
            if left:
                tasks = sum(len(submission.tasks) - submission.count for submission in left)
                session = self._sent.session
                log.error("%d tasks of session %s are not submitted: %s", tasks, session, failure)
            self._drop()

    def _look(self) -> None:
        """Exchange signs of life with the broker, and notice when it is gone."""
        if self._line is not None:
            try:
                self._line.connection.pump(0)
            except ConnectionLost:
                self._drop()

    def _bring(self, parts: Sequence[Part]) -> None:
        """Settle a batch, and let each of its submissions know; raises for all that come after."""
        if not parts:
            return
        try:
            self._settle(parts, seals=False)
        except BatchRefused as error:
            self._part(parts, error)
        except BaseException as error:
            for part in parts:
                part.submission.fail(error)
            raise
        else:
            for part in parts:
                part.submission.took(len(part.tasks))

    def _part(self, parts: Sequence[Part], error: BatchRefused) -> None:
        """Fail who is to blame, and bring the others: nothing of the batch is in the broker."""
        guilty = [part for part in parts if any(task.id in error.tasks for task in part.tasks)]
        if len(parts) == 1:
            guilty = list(parts)
        for part in guilty:
            part.submission.fail(_refusal(part, error))
        rest = [part for part in parts if part not in guilty]
        if guilty:
            self._bring(rest)
        else:
            for part in rest:
                self._bring([part])

    def _settle(self, parts: Sequence[Part], *, seals: bool) -> None:
        """Return when the broker has the batch on its disk; `BatchRefused` when it has not."""
        following = self._sent.after(sum(len(part.tasks) for part in parts), seals=seals)
        outage = self._dialer.outage()
        unknown = False  # whether the broker may have it
        while True:
            try:
                line = self._open()
                if not (unknown and self._is_in(line)):
                    unknown = False
                    transaction = self._send(line, parts, following)
                    unknown = True
                    line.transactions.commit(transaction)
                self._sent = following
                return
            except ConnectionLost as error:
                self._drop()
                self._pause(outage, error)
            except BatchRefused as error:
                if Refusal.of(error.why) is not Refusal.AGAIN:
                    raise
                self._pause(outage, error)
            except Refused as error:  # the commit: a duplicate may be its own earlier success
                if self._was_in(outage):
                    self._sent = following
                    return
                if Refusal.of(error) is not Refusal.AGAIN:
                    raise BatchRefused({}, error) from error
                unknown = False
                self._pause(outage, error)

    def _send(self, line: Transacted, parts: Sequence[Part], following: Sent) -> bytes:
        """Send a batch in a transaction that is still to be committed."""
        transaction = line.transactions.begin()
        refused: dict[str, Refused] = {}
        deliveries = []
        for part in parts:
            for task in part.tasks:
                try:
                    sent = line.send(task.address, task.encoded, transaction)
                    deliveries.append((task.id, sent))
                except Refused as error:
                    refused[task.id] = error
        own = line.send(
            tables.SESSIONS, record(following.key, dataclasses.asdict(following)), transaction
        )
        for task_id, delivery in deliveries:
            why = line.settled(delivery).refusal()
            if why is not None:
                refused[task_id] = why
        line.settled(own)
        if refused:
            with suppress(Refused):  # it is rolled back already
                line.transactions.roll_back(transaction)
            raise BatchRefused(refused, next(iter(refused.values())))
        return transaction

    def _is_in(self, line: Transacted) -> bool:
        found = tables.record(line.connection, self._sent.key)
        return found is not None and found["last_batch"] > self._sent.last_batch

    def _was_in(self, outage: Outage) -> bool:
        while True:
            try:
                return self._is_in(self._open())
            except ConnectionLost as error:
                self._drop()
                self._pause(outage, error)

    def _pause(self, outage: Outage, error: Exception) -> None:
        deadline = self._deadline
        if deadline is not None and time.monotonic() > deadline:
            raise BrokerUnavailable(
                f"the broker at {self._dialer!r} did not come back in time; whether it has the "
                "last tasks is not known"
            ) from error
        outage.pause(error)

    def _open(self) -> Transacted:
        if self._line is None:
            self._line = Transacted(self._dialer.dial())
        return self._line

    def _drop(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.connection.close()


def _refusal(part: Part, error: BatchRefused) -> QTauError:
    mine = [(task.id, error.tasks[task.id]) for task in part.tasks if task.id in error.tasks]
    task_id, why = mine[0] if mine else (part.tasks[0].id, error.why)
    which = f"task {task_id}" if mine or len(part.tasks) == 1 else f"{len(part.tasks)} tasks"
    before = part.submission.count
    has = f"; it has the {before} before" if before else ""
    kind = Refusal.of(why)
    if kind is Refusal.FULL:
        return BrokerUnavailable(f"the broker takes no tasks for now: {why}{has}")
    if kind is Refusal.DUPLICATE:
        return DuplicateTask(f"an id was used in this session before: {which}{has}")
    return TaskRefused(f"the broker refuses {which}: {why}{has}")
