"""The performatives of connections, sessions and links (part 2 of the standard), and outcomes."""

from __future__ import annotations

from typing import Any

from qtau.amqp import types
from qtau.amqp.errors import Refused

OPEN, BEGIN, ATTACH, FLOW, TRANSFER = 0x10, 0x11, 0x12, 0x13, 0x14
DISPOSITION, DETACH, END, CLOSE = 0x15, 0x16, 0x17, 0x18
ERROR, ACCEPTED, REJECTED, RELEASED, MODIFIED = 0x1D, 0x24, 0x25, 0x26, 0x27
SOURCE, TARGET, COORDINATOR = 0x28, 0x29, 0x30
DECLARE, DISCHARGE, DECLARED, TRANSACTIONAL = 0x31, 0x32, 0x33, 0x34

WINDOW = 0x7FFFFFFF  # transfers that may be on their way to us: more than ever will be
_UNSETTLED, _SETTLED = 0, 1
_SELECTOR = "apache.org:selector-filter:string"

ACCEPT = types.composite(ACCEPTED)


def open_connection(container: str, host: str, largest_frame: int, idle_ms: int) -> bytes:
    """Begin a connection; the peer is to send something at least every `idle_ms`."""
    return types.composite(
        OPEN,
        types.string(container),
        types.string(host),
        types.uint(largest_frame),
        None,
        types.uint(idle_ms),
    )


def begin_session() -> bytes:
    """Begin the connection's only session."""
    return types.composite(BEGIN, None, types.uint(0), types.uint(WINDOW), types.uint(WINDOW))


def attach_sender(name: str, handle: int, target: bytes) -> bytes:
    """Begin a link to a target; what is sent stays unsettled until the peer settles it."""
    return types.composite(
        ATTACH,
        types.string(name),
        types.uint(handle),
        types.FALSE,
        types.ubyte(_UNSETTLED),
        types.ubyte(0),
        types.composite(SOURCE),
        target,
        None,
        None,
        types.uint(0),
    )


def attach_receiver(name: str, handle: int, source: bytes, *, settled: bool) -> bytes:
    """Begin a link from a source."""
    return types.composite(
        ATTACH,
        types.string(name),
        types.uint(handle),
        types.TRUE,
        types.ubyte(_SETTLED if settled else _UNSETTLED),
        types.ubyte(0),
        source,
        types.composite(TARGET),
    )


def queue_source(address: str, selector: str | None, *, browse: bool) -> bytes:
    """Return the source that is a queue, or a look at it."""
    filters = None
    if selector is not None:
        name = types.symbol(_SELECTOR)
        filters = types.mapping([(name, b"\x00" + name + types.string(selector))])
    mode = types.symbol("copy") if browse else None
    return types.composite(
        SOURCE, types.string(address), None, None, None, None, None, mode, filters
    )


def queue_target(address: str) -> bytes:
    """Return the target that is a queue."""
    return types.composite(TARGET, types.string(address))


def coordinator() -> bytes:
    """Return the target that is the peer's transactions."""
    capabilities = types.array_of_symbols(["amqp:local-transactions"])
    return types.composite(COORDINATOR, capabilities)


def flow(
    next_incoming: int,
    next_outgoing: int,
    handle: int,
    delivery_count: int,
    credit: int,
    *,
    drain: bool = False,
) -> bytes:
    """Grant credit to the peer's sender."""
    return types.composite(
        FLOW,
        types.uint(next_incoming),
        types.uint(WINDOW),
        types.uint(next_outgoing),
        types.uint(WINDOW),
        types.uint(handle),
        types.uint(delivery_count),
        types.uint(credit),
        None,
        types.boolean(drain),
    )


def transfer(handle: int, delivery: int, *, more: bool, state: bytes | None) -> bytes:
    """Send a message, or a part of it."""
    return types.composite(
        TRANSFER,
        types.uint(handle),
        types.uint(delivery),
        types.binary(delivery.to_bytes(4, "big")),
        types.uint(0),
        types.FALSE,
        types.boolean(more),
        None,
        state,
    )


def disposition(first: int, last: int, state: bytes) -> bytes:
    """Settle a range of received deliveries."""
    return types.composite(
        DISPOSITION, types.TRUE, types.uint(first), types.uint(last), types.TRUE, state
    )


def in_transaction(transaction: bytes, outcome: bytes | None = None) -> bytes:
    """Return the state that puts a delivery, or an outcome, into a transaction."""
    return types.composite(TRANSACTIONAL, types.binary(transaction), outcome)


def error_of(value: Any) -> Refused | None:
    """Return what an error of the peer's says."""
    if not isinstance(value, types.Described) or value.descriptor != ERROR:
        return None
    condition, description = field(value.value, 0), field(value.value, 1)
    return Refused(str(condition or "error"), str(description or ""))


def field(fields: list[Any], index: int) -> Any:
    """Return a field of a composite: those at the end may be missing."""
    return fields[index] if index < len(fields) else None
