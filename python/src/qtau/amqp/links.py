"""Links: senders with deliveries that are settled by the peer, receivers with credit."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from qtau.amqp import message, types
from qtau.amqp import performatives as amqp
from qtau.amqp.errors import Refused
from qtau.amqp.wire import Frame

if TYPE_CHECKING:
    from qtau.amqp.connection import Connection


class Link:
    """One end of a link; the other end is the peer's."""

    def __init__(self, connection: Connection, name: str, handle: int) -> None:
        self.name = name
        self.attached = False
        self.accepted = False
        self._closed = False
        self.error: Refused | None = None
        self._connection = connection
        self._handle = handle

    def attach_frame(self) -> bytes:
        """Return what begins the link."""
        raise NotImplementedError

    def on_attach(self, frame: Frame) -> None:
        """Take the peer's answer: a refusing one lacks the peer's own end."""
        raise NotImplementedError

    def on_flow(self, frame: Frame) -> None:
        """Take the peer's word on credit."""

    def close(self) -> None:
        """End the link, and do not wait for the peer's answer; once is enough."""
        if self._closed:
            return
        self._closed = True
        self._connection.send(types.composite(amqp.DETACH, types.uint(self._handle), types.TRUE))


class Delivery:
    """A message that was sent; the peer settles it."""

    __slots__ = ("settled", "state")

    def __init__(self) -> None:
        self.settled = False
        self.state: Any = None

    def settle(self, state: Any) -> None:
        """Take the peer's verdict."""
        self.settled = True
        self.state = state

    def refusal(self) -> Refused | None:
        """Return why the peer did not take it; None when it did."""
        state = self.state
        if isinstance(state, types.Described) and state.descriptor == amqp.TRANSACTIONAL:
            state = amqp.field(state.value, 1)
        if state is None:
            return None
        if state.descriptor in (amqp.ACCEPTED, amqp.DECLARED):
            return None
        if state.descriptor == amqp.REJECTED:
            error = amqp.error_of(amqp.field(state.value, 0))
            return error or Refused("amqp:rejected", "the peer rejects it")
        return Refused("amqp:released", "the peer gives it back")


class Sender(Link):
    """Sends messages to a queue, or without an address to the peer's transactions."""

    def __init__(self, connection: Connection, name: str, handle: int, address: str | None) -> None:
        super().__init__(connection, name, handle)
        self._address = address
        self._sent = 0
        self._credit = 0

    def attach_frame(self) -> bytes:
        target = amqp.coordinator() if self._address is None else amqp.queue_target(self._address)
        return amqp.attach_sender(self.name, self._handle, target)

    def on_attach(self, frame: Frame) -> None:
        self.attached = True
        self.accepted = amqp.field(frame.fields, 6) is not None

    def on_flow(self, frame: Frame) -> None:
        seen = amqp.field(frame.fields, 5) or 0
        self._credit = seen + (amqp.field(frame.fields, 6) or 0) - self._sent

    def send(self, encoded: bytes, transaction: bytes | None = None) -> Delivery:
        """Send a message when there is credit for it; `Refused` when the link has ended."""
        self._connection.wait(lambda: self._credit > 0 or self.error is not None)
        if self.error is not None:
            raise self.error
        delivery = Delivery()
        state = None if transaction is None else amqp.in_transaction(transaction)
        self._connection.transfer(self._handle, delivery, encoded, state)
        self._sent += 1
        self._credit -= 1
        return delivery


class Receiver(Link):
    """Receives messages from a queue; who takes them accepts them, in a transaction or not."""

    def __init__(
        self,
        connection: Connection,
        name: str,
        handle: int,
        address: str,
        selector: str | None,
        *,
        browse: bool,
    ) -> None:
        super().__init__(connection, name, handle)
        self._address = address
        self._selector = selector
        self._browse = browse
        self._waiting: deque[tuple[int, message.Message]] = deque()
        self._parts: list[bytes] = []
        self._number = 0
        self._count = 0
        self._credit = 0
        self._most = 0
        self._draining = False

    def attach_frame(self) -> bytes:
        source = amqp.queue_source(self._address, self._selector, browse=self._browse)
        return amqp.attach_receiver(self.name, self._handle, source, settled=self._browse)

    def on_attach(self, frame: Frame) -> None:
        self.attached = True
        self.accepted = amqp.field(frame.fields, 5) is not None
        self._count = amqp.field(frame.fields, 9) or 0

    def on_flow(self, frame: Frame) -> None:
        count = amqp.field(frame.fields, 5)
        credit = amqp.field(frame.fields, 6)
        if self._draining and credit == 0 and count is not None:
            self._count = count
            self._credit = 0
            self._draining = False

    def on_transfer(self, frame: Frame) -> None:
        """Take a message, or a part of one."""
        if not self._parts:
            self._number = frame.fields[1]
        self._parts.append(frame.payload)
        if amqp.field(frame.fields, 5):
            return
        data = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts = []
        self._count += 1
        self._credit -= 1
        if not amqp.field(frame.fields, 9):  # else the peer has broken it off
            self._waiting.append((self._number, message.decode(data)))

    def grant(self, most: int) -> None:
        """Let so many messages be on their way, now and whenever half of them have come."""
        self._most = most
        self._replenish()

    def take(self, timeout_s: float) -> list[tuple[int, message.Message]]:
        """Return the messages that are there or come within the time, with their numbers."""
        if not self._waiting:
            self._connection.wait(lambda: bool(self._waiting) or self.error is not None, timeout_s)
        if not self._waiting and self.error is not None:
            raise self.error
        taken = list(self._waiting)
        self._waiting.clear()
        if self._credit <= self._most // 2:
            self._replenish()
        return taken

    def drain(self) -> list[message.Message]:
        """Return all that the queue has now."""
        found: list[message.Message] = []
        while True:
            before = len(found)
            self._draining = True
            self._flow(drain=True)
            self._connection.wait(
                lambda: not self._draining or self._credit <= 0 or bool(self.error)
            )
            if self.error is not None:
                raise self.error
            found += [received for _, received in self._waiting]
            self._waiting.clear()
            if not self._draining or len(found) == before:
                return found
            self._credit = self._most

    def accept(self, first: int, last: int, transaction: bytes) -> None:
        """Accept a range of messages in a transaction."""
        state = amqp.in_transaction(transaction, amqp.ACCEPT)
        self._connection.send(amqp.disposition(first, last, state))

    def _replenish(self) -> None:
        self._credit = self._most
        self._flow(drain=False)

    def _flow(self, *, drain: bool) -> None:
        connection = self._connection
        connection.send(
            amqp.flow(
                connection.next_incoming,
                connection.next_outgoing,
                self._handle,
                self._count,
                self._credit,
                drain=drain,
            )
        )
