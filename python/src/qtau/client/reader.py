"""Takes a session's results: they are handed on, and acknowledged when use was made of them.

With the acknowledgements goes, in one transaction, the session's `read` record, which counts them,
and tells after a lost connection how the last commit ended.
"""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass

from qtau.amqp.errors import ConnectionLost, Refused
from qtau.amqp.links import Receiver
from qtau.amqp.message import Message
from qtau.client import names, tables
from qtau.client.dialer import Dialer
from qtau.client.errors import CredentialRefused, SessionInUse
from qtau.client.ledger import Entry, Ledger
from qtau.client.outgoing import record
from qtau.client.results import Result
from qtau.client.steward import Steward
from qtau.client.transacted import Transacted

log = logging.getLogger("qtau")

_CREDIT = 2000
_LOOK_S = 0.2
_GATHER_S = 0.05  # for so long acknowledgements gather
_RETRY_S = 0.1
_TAKEN_S = 1.0  # a reader that was just killed may still be there in the broker's eyes
_TAKEN_BY_US_S = 9.0  # after a cut it is our own connection


@dataclass(frozen=True)
class Read:
    """The session's line of what was read."""

    session: str
    taken: int
    not_successful: int
    reader: str

    @property
    def key(self) -> str:
        """Its key in the table of sessions."""
        return f"{self.session}/read"


class Reader:
    """The one reader of a session. Used by one thread."""

    def __init__(
        self, session: str, dialer: Dialer, *, loads_pickles: bool, steals: bool = False
    ) -> None:
        self._session = session
        self._dialer = dialer
        self._loads_pickles = loads_pickles
        self._steals = steals
        self._name = names.unguessable()
        self._ledger = Ledger()
        self._entries: list[Entry] = []
        self._attempted: Read | None = None

    def use(self, result: Result) -> None:
        """Say that a result was made use of: it is acknowledged soon. From any thread."""
        self._ledger.use(result.key)

    def groups(self, stop: threading.Event) -> Iterator[list[Result]]:
        """Yield new results as they come, and nothing now and then, until `stop`.

        What is not used by then comes again to the next reader.
        """
        outage = self._dialer.outage()
        taken_since: float | None = None
        patience = _TAKEN_BY_US_S if self._steals else _TAKEN_S
        begun = False
        while not stop.is_set():
            line: Transacted | None = None
            try:
                line = Transacted(self._dialer.dial())
                with closing(self._read(line, stop)) as reading:
                    for group in reading:
                        begun = True
                        outage, taken_since, patience = self._dialer.outage(), None, _TAKEN_BY_US_S
                        yield group
                return
            except ConnectionLost as error:
                outage.pause(error, stop)
            except Refused as error:
                if "Maximum Consumer Limit" not in error.description:
                    self._refuse(error)
                    outage.pause(error, stop)
                    continue
                now = time.monotonic()
                taken_since = taken_since or now
                if now - taken_since > patience:
                    self._give_way(begun)
                stop.wait(_RETRY_S)
                if self._steals and not begun:  # The other comes back, too: the first one has it.
                    Steward(self._dialer).end_reader(self._session)
            finally:
                if line is not None:
                    line.connection.close()

    def _give_way(self, begun: bool) -> None:
        if begun:
            raise SessionInUse(
                f"another reader has taken over the results of session {self._session}"
            )
        raise SessionInUse(
            f"another reader takes the results of session {self._session}: stop it first, or "
            "attach(…, steal=True)"
        )

    @staticmethod
    def _refuse(error: Refused) -> None:
        if error.condition == "amqp:unauthorized-access":
            raise CredentialRefused(f"the broker lets nobody read here: {error}") from error

    def _read(self, line: Transacted, stop: threading.Event) -> Generator[list[Result], None, None]:
        base = self._base(line)
        receiver = line.connection.receiver(f"qtau.result.{self._session}", _CREDIT)
        acknowledged = time.monotonic()
        while True:
            stopping = stop.is_set()
            try:
                yield self._fresh(receiver.take(0 if stopping else _LOOK_S))
            except GeneratorExit:  # nobody wants more: what was used is not to come again
                with suppress(ConnectionLost, Refused):
                    self._acknowledge(line, receiver, base)
                raise
            now = time.monotonic()
            if stopping or now - acknowledged >= _GATHER_S:
                acknowledged = now
                base = self._acknowledge(line, receiver, base)
            if stopping:
                return

    def _base(self, line: Transacted) -> Read:
        """Return where the counting goes on: what the table says."""
        found = tables.record(line.connection, f"{self._session}/read") or {}
        base = Read(
            self._session,
            found.get("taken", 0),
            found.get("not_successful", 0),
            found.get("reader", self._name),
        )
        if base == self._attempted:
            self._ledger.counted(self._entries)
        self._ledger.disconnected(self._entries)
        self._attempted, self._entries = None, []
        return base

    def _fresh(self, delivered: list[tuple[int, Message]]) -> list[Result]:
        fresh = []
        for number, message in delivered:
            try:
                result = Result.read(message.body, self._loads_pickles)
            except ValueError as error:
                log.warning("a message in session %s is no result: %s", self._session, error)
                continue
            _stamp(result, message)
            if self._ledger.arrive(result.key, number, succeeded=result.succeeded):
                fresh.append(result)
        return fresh

    def _acknowledge(self, line: Transacted, receiver: Receiver, base: Read) -> Read:
        entries = self._ledger.ready()
        numbers = sorted([entry.number for entry in entries] + self._ledger.again())
        if not numbers:
            return base
        self._entries = entries
        following = Read(
            self._session,
            base.taken + len(entries),
            base.not_successful + sum(not entry.succeeded for entry in entries),
            self._name,
        )
        transaction = line.transactions.begin()
        for first, last in _ranges(numbers):
            receiver.accept(first, last, transaction)
        told = line.send(
            tables.SESSIONS, record(following.key, dataclasses.asdict(following)), transaction
        )
        line.settled(told)
        self._attempted = following
        line.transactions.commit(transaction)
        self._ledger.counted(entries)
        self._attempted, self._entries = None, []
        return following


def _ranges(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of each row of numbers that follow each other."""
    first = last = numbers[0]
    for number in numbers[1:]:
        if number != last + 1:
            yield first, last
            first = number
        last = number
    yield first, last


def _stamp(result: Result, message: Message) -> None:
    """Add to a result's timeline when the broker had it, and when it was collected."""
    timeline = result.raw.setdefault("timeline", {})
    settled = message.annotations.get("x-opt-ingress-time")
    if isinstance(settled, int):
        timeline["settled"] = settled * 1000
    timeline["collected"] = time.time_ns() // 1000
