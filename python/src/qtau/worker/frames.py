"""Frames on the stream: a 4-byte big-endian unsigned length, then one JSON object in UTF-8."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket

FRAME_MAX_BYTES = 64 * 1024 * 1024
_HEADER_BYTES = 4

_encoder = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"))


class BadFrame(Exception):
    """What arrived is not a frame; the stream can't be used any further."""


def encode(record: dict[str, Any]) -> bytes:
    """Return the record as JSON; lone surrogates must have been replaced before."""
    return _encoder.encode(record).encode("ascii")


def send(stream: socket.socket, body: bytes) -> None:
    """Send one frame; on return the kernel has all of it."""
    stream.sendall(len(body).to_bytes(_HEADER_BYTES, "big") + body)


def receive(stream: socket.socket) -> dict[str, Any] | None:
    """Return the next record, or None when the stream ended between two frames."""
    header = _read(stream, _HEADER_BYTES)
    if not header:
        return None
    if len(header) < _HEADER_BYTES:
        raise BadFrame("the stream ended inside a frame's header")
    length = int.from_bytes(header, "big")
    if length > FRAME_MAX_BYTES:
        raise BadFrame(f"a frame of {length} bytes is over the limit of {FRAME_MAX_BYTES}")
    body = _read(stream, length)
    if len(body) < length:
        raise BadFrame(f"the stream ended after {len(body)} of a frame's {length} bytes")
    return _decode(body)


def _decode(body: bytes) -> dict[str, Any]:
    try:
        record = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadFrame(f"a frame is not JSON: {error}") from error
    if not isinstance(record, dict):
        raise BadFrame(f"a frame is a JSON {type(record).__name__}, not an object")
    return record


def _read(stream: socket.socket, length: int) -> bytes:
    """Return `length` bytes, or fewer where the stream ends."""
    first = stream.recv(length) if length else b""
    if len(first) == length or not first:
        return first
    whole = bytearray(first)
    while len(whole) < length:
        chunk = stream.recv(min(length - len(whole), 1 << 20))
        if not chunk:
            break
        whole += chunk
    return bytes(whole)
