"""Values of AMQP 1.0 and their bytes (part 1 of the standard).

Encoding is one function for each type, since a Python int does not say which of eight it is.
Decoding gives Python's own types; symbols become `str`, and a described value is a `Described`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any, Callable, NamedTuple
from uuid import UUID

NULL = b"\x40"
TRUE = b"\x41"
FALSE = b"\x42"

_pack_u8x2 = struct.Struct(">BB").pack
_pack_u8_u32 = struct.Struct(">BI").pack
_pack_u8_u64 = struct.Struct(">BQ").pack
_pack_u8_i64 = struct.Struct(">Bq").pack


class Described(NamedTuple):
    """A value with a descriptor: the number of a standard type, or a symbol."""

    descriptor: Any
    value: Any


def boolean(value: bool) -> bytes:
    """Encode a boolean."""
    return TRUE if value else FALSE


def ubyte(value: int) -> bytes:
    """Encode an unsigned integer of 8 bits."""
    return _pack_u8x2(0x50, value)


def uint(value: int) -> bytes:
    """Encode an unsigned integer of 32 bits."""
    if value == 0:
        return b"\x43"
    return _pack_u8x2(0x52, value) if value < 256 else _pack_u8_u32(0x70, value)


def ulong(value: int) -> bytes:
    """Encode an unsigned integer of 64 bits."""
    if value == 0:
        return b"\x44"
    return _pack_u8x2(0x53, value) if value < 256 else _pack_u8_u64(0x80, value)


def long(value: int) -> bytes:
    """Encode a signed integer of 64 bits."""
    return struct.pack(">Bb", 0x55, value) if -128 <= value < 128 else _pack_u8_i64(0x81, value)


def binary(value: bytes) -> bytes:
    """Encode bytes."""
    return _sized(0xA0, 0xB0, value)


def string(value: str) -> bytes:
    """Encode a text."""
    return _sized(0xA1, 0xB1, value.encode("utf-8"))


def symbol(value: str) -> bytes:
    """Encode a word of a protocol."""
    return _sized(0xA3, 0xB3, value.encode("ascii"))


def array_of_symbols(values: Iterable[str]) -> bytes:
    """Encode several symbols as one array."""
    encoded = [value.encode("ascii") for value in values]
    items = b"".join(_pack_u32(len(item)) + item for item in encoded)
    return b"\xf0" + struct.pack(">IIB", 5 + len(items), len(encoded), 0xB3) + items


def sequence(items: list[bytes]) -> bytes:
    """Encode a list whose items are encoded already."""
    return _compound(0xC0, 0xD0, items) if items else b"\x45"


def mapping(pairs: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Encode a map whose keys and values are encoded already."""
    return _compound(0xC1, 0xD1, [part for pair in pairs for part in pair])


def described(code: int, value: bytes) -> bytes:
    """Put the descriptor of a standard type before an encoded value."""
    return b"\x00\x53" + bytes((code,)) + value


def composite(code: int, *fields: bytes | None) -> bytes:
    """Encode a standard type with fields; what is None is null, at the end it is left out."""
    items = [NULL if field is None else field for field in fields]
    while items and items[-1] == NULL:
        items.pop()
    return described(code, sequence(items))


def _sized(short: int, wide: int, value: bytes) -> bytes:
    size = len(value)
    head = _pack_u8x2(short, size) if size < 256 else _pack_u8_u32(wide, size)
    return head + value


def _compound(short: int, wide: int, items: list[bytes]) -> bytes:
    content = b"".join(items)
    if len(content) < 255 and len(items) < 256:
        return struct.pack(">BBB", short, len(content) + 1, len(items)) + content
    return struct.pack(">BII", wide, len(content) + 4, len(items)) + content


def decode(data: bytes, at: int = 0) -> tuple[Any, int]:
    """Return the value at a place, and the place behind it; ValueError when it makes no sense."""
    try:
        return _DECODERS[data[at]](data, at + 1)
    except KeyError:
        raise ValueError(f"0x{data[at]:02x} is no type of AMQP") from None
    except (IndexError, struct.error):
        raise ValueError("a value of AMQP ends too early") from None


_Decoder = Callable[[bytes, int], "tuple[Any, int]"]
_pack_u32 = struct.Struct(">I").pack
_u32 = struct.Struct(">I").unpack_from


def _constant(value: Any) -> _Decoder:
    return lambda data, at: (value, at)


def _fixed(layout: str) -> _Decoder:
    form = struct.Struct(layout)
    unpack, size = form.unpack_from, form.size
    return lambda data, at: (unpack(data, at)[0], at + size)


def _opaque(size: int) -> _Decoder:
    return lambda data, at: (data[at : at + size], at + size)


def _uuid(data: bytes, at: int) -> tuple[Any, int]:
    return UUID(bytes=data[at : at + 16]), at + 16


def _short_bytes(data: bytes, at: int) -> tuple[Any, int]:
    end = at + 1 + data[at]
    return data[at + 1 : end], end


def _wide_bytes(data: bytes, at: int) -> tuple[Any, int]:
    end = at + 4 + _u32(data, at)[0]
    return data[at + 4 : end], end


def _text(of: _Decoder) -> _Decoder:
    def text(data: bytes, at: int) -> tuple[Any, int]:
        value, end = of(data, at)
        return value.decode("utf-8"), end

    return text


def _items(data: bytes, at: int, count: int) -> tuple[list[Any], int]:
    items = []
    for _ in range(count):
        item, at = decode(data, at)
        items.append(item)
    return items, at


def _short_list(data: bytes, at: int) -> tuple[Any, int]:
    return _items(data, at + 2, data[at + 1])


def _wide_list(data: bytes, at: int) -> tuple[Any, int]:
    return _items(data, at + 8, _u32(data, at + 4)[0])


def _map(of: _Decoder) -> _Decoder:
    def pairs(data: bytes, at: int) -> tuple[Any, int]:
        items, end = of(data, at)
        return dict(zip(items[::2], items[1::2])), end

    return pairs


def _array(data: bytes, at: int, count: int) -> tuple[Any, int]:
    if data[at] == 0:
        _, at = decode(data, at + 1)  # what the items are described as
    item_type, at = data[at], at + 1
    read = _DECODERS[item_type]
    items = []
    for _ in range(count):
        item, at = read(data, at)
        items.append(item)
    return items, at


def _described(data: bytes, at: int) -> tuple[Any, int]:
    descriptor, at = decode(data, at)
    value, at = decode(data, at)
    return Described(descriptor, value), at


_DECODERS: dict[int, _Decoder] = {
    0x00: _described,
    0x40: _constant(None),
    0x41: _constant(True),
    0x42: _constant(False),
    0x43: _constant(0),
    0x44: _constant(0),
    0x45: lambda data, at: ([], at),
    0x50: _fixed(">B"),
    0x51: _fixed(">b"),
    0x52: _fixed(">B"),
    0x53: _fixed(">B"),
    0x54: _fixed(">b"),
    0x55: _fixed(">b"),
    0x56: _fixed(">?"),
    0x60: _fixed(">H"),
    0x61: _fixed(">h"),
    0x70: _fixed(">I"),
    0x71: _fixed(">i"),
    0x72: _fixed(">f"),
    0x73: _fixed(">I"),
    0x74: _opaque(4),
    0x80: _fixed(">Q"),
    0x81: _fixed(">q"),
    0x82: _fixed(">d"),
    0x83: _fixed(">q"),
    0x84: _opaque(8),
    0x94: _opaque(16),
    0x98: _uuid,
    0xA0: _short_bytes,
    0xA1: _text(_short_bytes),
    0xA3: _text(_short_bytes),
    0xB0: _wide_bytes,
    0xB1: _text(_wide_bytes),
    0xB3: _text(_wide_bytes),
    0xC0: _short_list,
    0xC1: _map(_short_list),
    0xD0: _wide_list,
    0xD1: _map(_wide_list),
    0xE0: lambda data, at: _array(data, at + 2, data[at + 1]),
    0xF0: lambda data, at: _array(data, at + 8, _u32(data, at + 4)[0]),
}
