"""Messages: sections one behind the other (part 3 of the standard).

Written are a header, properties, application properties, and a body of bytes; read is any body of
bytes or text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Union

from qtau.amqp import types

_HEADER, _ANNOTATIONS, _PROPERTIES, _APPLICATION = 0x70, 0x72, 0x73, 0x74
_DATA, _VALUE = 0x75, 0x77

Scalar = Union[str, int]


@dataclass
class Message:
    """A message that was received."""

    body: bytes = b""
    properties: dict[str, Any] = field(default_factory=dict)
    annotations: dict[str, Any] = field(default_factory=dict)


def encode(
    body: bytes,
    properties: dict[str, Scalar],
    *,
    correlation_id: str | None = None,
    priority: int = 4,
    life_ms: int | None = None,
) -> bytes:
    """Return a durable message with JSON in its body; it may wait for `life_ms`."""
    ubyte = None if priority == 4 else types.ubyte(priority)
    life = None if life_ms is None else types.uint(life_ms)
    header = types.composite(_HEADER, types.TRUE, ubyte, life)
    correlation = None if correlation_id is None else types.string(correlation_id)
    own = types.composite(_PROPERTIES, *[None] * 5, correlation, _JSON)
    application = types.mapping(
        (types.string(key), types.string(value) if isinstance(value, str) else types.long(value))
        for key, value in properties.items()
    )
    return b"".join(
        (
            header,
            own,
            types.described(_APPLICATION, application),
            types.described(_DATA, types.binary(body)),
        )
    )


_JSON = types.symbol("application/json")


def decode(data: bytes) -> Message:
    """Read a message; ValueError when its bytes make no sense."""
    message = Message()
    parts = []
    at = 0
    while at < len(data):
        section, at = types.decode(data, at)
        if not isinstance(section, types.Described):
            raise ValueError("a message consists of described sections")
        code, value = section
        if code == _ANNOTATIONS:
            message.annotations = value or {}
        elif code == _APPLICATION:
            message.properties = value or {}
        elif code == _DATA or (code == _VALUE and isinstance(value, bytes)):
            parts.append(value)
        elif code == _VALUE and isinstance(value, str):
            parts.append(value.encode("utf-8"))
    message.body = b"".join(parts)
    return message
