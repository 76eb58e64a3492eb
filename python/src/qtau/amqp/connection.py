"""A connection with its one session: it sends and receives for its links."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from qtau.amqp import performatives as amqp
from qtau.amqp import types
from qtau.amqp.errors import ConnectionLost, Refused
from qtau.amqp.links import Link, Receiver, Sender
from qtau.amqp.wire import Endpoint, Frame, Login, Wire

_LARGEST_FRAME = 1024 * 1024
_CONNECT_S = 10.0
_SILENT_S = 8.0  # a peer that has said nothing for so long is gone
_NO_LIMIT = 0xFFFFFFFF

_Link = TypeVar("_Link", bound=Link)


class Connection:
    """An open connection. It belongs to one thread at a time; any may `close` it.

    Each method that talks to the peer raises `ConnectionLost` when there is none any more.
    """

    def __init__(self, endpoint: Endpoint, login: Login) -> None:
        self._wire = Wire(endpoint, login, _CONNECT_S)
        self._links: dict[int, Link] = {}
        self._by_remote_handle: dict[int, Link] = {}
        self._deliveries: dict[int, Any] = {}
        self._begun = False
        self._spoken = time.monotonic()
        self._beat_s: float | None = None
        self._largest_frame = 512
        self.next_incoming = 0
        self.next_outgoing = 0
        self._next_delivery = self._next_handle = 0
        self._remote_window = 0
        try:
            container = f"qtau-python-{uuid.uuid4().hex}"
            idle_ms = int(_SILENT_S * 1000 / 2)
            self._wire.send(amqp.open_connection(container, endpoint.host, _LARGEST_FRAME, idle_ms))
            self._wire.send(amqp.begin_session())
            self.wait(lambda: self._begun, _CONNECT_S)
        except BaseException:
            self._wire.close()
            raise

    def sender(self, address: str) -> Sender:
        """Return a link to a queue; `Refused` when the peer does not want it."""
        return self._attach(lambda name, handle: Sender(self, name, handle, address))

    def coordinator(self) -> Sender:
        """Return the link to the peer's transactions."""
        return self._attach(lambda name, handle: Sender(self, name, handle, None))

    def receiver(
        self, address: str, credit: int, *, selector: str | None = None, browse: bool = False
    ) -> Receiver:
        """Return a link from a queue, or with `browse` from a copy of what is in it now."""
        receiver = self._attach(
            lambda name, handle: Receiver(self, name, handle, address, selector, browse=browse)
        )
        receiver.grant(credit)
        return receiver

    def wait(self, ready: Callable[[], bool], timeout_s: float | None = None) -> bool:
        """Exchange frames until something is so; false when the time is over."""
        end = None if timeout_s is None else time.monotonic() + timeout_s
        while not ready():
            left = 1.0 if end is None else min(1.0, end - time.monotonic())
            if left <= 0:
                return False
            self.pump(left)
        return True

    def pump(self, timeout_s: float) -> None:
        """Send what goes out, and take what is there or comes within the time."""
        now = time.monotonic()
        if self._beat_s is not None and now - self._spoken > self._beat_s:
            self._wire.beat()
            self._spoken = now
        self._wire.flush()
        frames = self._wire.receive(timeout_s)
        if time.monotonic() - self._wire.heard > _SILENT_S:
            raise ConnectionLost(f"the peer has been silent for {_SILENT_S:.0f} s")
        for frame in frames:
            self._handle(frame)

    def close(self) -> None:
        """Say good-bye and close; what is unsettled returns to its queue."""
        try:
            self._wire.send(types.composite(amqp.CLOSE))
            self._wire.flush()
        except ConnectionLost:
            pass  # it is closed already
        self.abort()

    def abort(self) -> None:
        """Close at once, from any thread."""
        self._wire.close()

    def _attach(self, make: Callable[[str, int], _Link]) -> _Link:
        handle = self._next_handle
        self._next_handle += 1
        # A name of its own: that of a refused link cannot be used again on this connection.
        link = make(f"{handle}-{uuid.uuid4().hex}", handle)
        self._links[handle] = link
        self.send(link.attach_frame())
        self.wait(lambda: link.attached or link.error is not None)
        # A refused link is attached without a target or source, and detached at once.
        if link.error is None and not link.accepted:
            self.wait(lambda: link.error is not None, _CONNECT_S)
        if link.error is not None:
            del self._links[handle]
            raise link.error
        return link

    def send(self, performative: bytes, payload: bytes = b"") -> None:
        """Add a frame to what goes out; for the links."""
        self._wire.send(performative, payload)
        self._spoken = time.monotonic()

    def transfer(self, handle: int, delivery: Any, payload: bytes, state: bytes | None) -> None:
        """Send a message in as many frames as it takes; for the links."""
        number = self._next_delivery
        self._next_delivery += 1
        self._deliveries[number] = delivery
        room = self._largest_frame - 128
        for start in range(0, len(payload), room):
            while self._remote_window <= 0:
                self.pump(1.0)
            part = payload[start : start + room]
            more = start + room < len(payload)
            self.send(amqp.transfer(handle, number, more=more, state=state), part)
            self.next_outgoing += 1
            self._remote_window -= 1

    def _handle(self, frame: Frame) -> None:
        handler = _HANDLERS.get(frame.code)
        if handler is not None:
            handler(self, frame)

    def _on_open(self, frame: Frame) -> None:
        largest = amqp.field(frame.fields, 2)
        self._largest_frame = min(largest or _NO_LIMIT, _LARGEST_FRAME)
        idle_ms = amqp.field(frame.fields, 4)
        self._beat_s = idle_ms / 2000 if idle_ms else None

    def _on_begin(self, frame: Frame) -> None:
        self.next_incoming = frame.fields[1]
        self._remote_window = frame.fields[2]
        self._begun = True

    def _on_attach(self, frame: Frame) -> None:
        name, remote_handle = frame.fields[0], frame.fields[1]
        for link in self._links.values():
            if link.name == name:
                self._by_remote_handle[remote_handle] = link
                link.on_attach(frame)

    def _on_flow(self, frame: Frame) -> None:
        seen = amqp.field(frame.fields, 0) or 0
        window = frame.fields[1]
        self._remote_window = seen + window - self.next_outgoing
        handle = amqp.field(frame.fields, 4)
        link = None if handle is None else self._by_remote_handle.get(handle)
        if link is not None:
            link.on_flow(frame)

    def _on_transfer(self, frame: Frame) -> None:
        self.next_incoming += 1
        link = self._by_remote_handle.get(frame.fields[0])
        if isinstance(link, Receiver):
            link.on_transfer(frame)

    def _on_disposition(self, frame: Frame) -> None:
        if not frame.fields[0]:
            return  # a sender tells how its own deliveries ended: nothing to do
        first = frame.fields[1]
        last = amqp.field(frame.fields, 2)
        state = amqp.field(frame.fields, 4)
        for number in range(first, (first if last is None else last) + 1):
            delivery = self._deliveries.pop(number, None)
            if delivery is not None:
                delivery.settle(state)

    def _on_detach(self, frame: Frame) -> None:
        link = self._by_remote_handle.pop(frame.fields[0], None)
        if link is not None:
            error = amqp.error_of(amqp.field(frame.fields, 2))
            link.error = error or Refused("detached", "the peer has ended this link")
            link.close()

    def _on_end(self, frame: Frame) -> None:
        error = amqp.error_of(amqp.field(frame.fields, 0))
        raise ConnectionLost(f"the peer has ended the connection: {error or 'no reason given'}")


_HANDLERS: dict[int, Callable[[Connection, Frame], None]] = {
    amqp.OPEN: Connection._on_open,
    amqp.BEGIN: Connection._on_begin,
    amqp.ATTACH: Connection._on_attach,
    amqp.FLOW: Connection._on_flow,
    amqp.TRANSFER: Connection._on_transfer,
    amqp.DISPOSITION: Connection._on_disposition,
    amqp.DETACH: Connection._on_detach,
    amqp.END: Connection._on_end,
    amqp.CLOSE: Connection._on_end,
}
