"""Bytes of AMQP against those of Qpid Proton, in a process that has nothing of QTau."""

import json
import subprocess

import pytest

from qtau.amqp import message, types

PROTON_READS = """
import json, sys
from proton import Message
for line in sys.stdin:
    m = Message(); m.decode(bytes.fromhex(line.strip()))
    print(json.dumps([bytes(m.body).decode(), dict(m.properties), m.durable, m.priority, m.ttl,
                      m.correlation_id, m.content_type]))
"""
PROTON_WRITES = """
import json, uuid, proton
from proton import Message, Data
def data(put):
    d = Data(); put(d); return d.encode().hex()
print(json.dumps({
    "null": data(lambda d: d.put_null()),
    "true": data(lambda d: d.put_bool(True)),
    "byte": data(lambda d: d.put_byte(-3)),
    "ubyte": data(lambda d: d.put_ubyte(200)),
    "short": data(lambda d: d.put_short(-300)),
    "ushort": data(lambda d: d.put_ushort(60000)),
    "int": data(lambda d: d.put_int(-70000)),
    "small int": data(lambda d: d.put_int(-1)),
    "uint": data(lambda d: d.put_uint(4000000000)),
    "small uint": data(lambda d: d.put_uint(7)),
    "uint 0": data(lambda d: d.put_uint(0)),
    "long": data(lambda d: d.put_long(-1 << 60)),
    "small long": data(lambda d: d.put_long(-7)),
    "ulong": data(lambda d: d.put_ulong(1 << 63)),
    "float": data(lambda d: d.put_float(0.5)),
    "double": data(lambda d: d.put_double(0.1)),
    "timestamp": data(lambda d: d.put_timestamp(1790000000000)),
    "binary": data(lambda d: d.put_binary(b"\\x00\\xff")),
    "long binary": data(lambda d: d.put_binary(b"x" * 300)),
    "string": data(lambda d: d.put_string("\\u03b8 = \\u03c0")),
    "symbol": data(lambda d: d.put_symbol("amqp:accepted:list")),
    "list": data(lambda d: d.put_object([1, ["a", None]])),
    "map": data(lambda d: d.put_object({"a": {"b": 1}})),
    "array": data(lambda d: d.put_py_array(proton.Array(proton.UNDESCRIBED, Data.SYMBOL,
                                                        proton.symbol("a"), proton.symbol("bc")))),
}))
"""
EXPECTED = {
    "null": None,
    "true": True,
    "byte": -3,
    "ubyte": 200,
    "short": -300,
    "ushort": 60000,
    "int": -70000,
    "small int": -1,
    "uint": 4000000000,
    "small uint": 7,
    "uint 0": 0,
    "long": -1 << 60,
    "small long": -7,
    "ulong": 1 << 63,
    "float": 0.5,
    "double": 0.1,
    "timestamp": 1790000000000,
    "binary": b"\x00\xff",
    "long binary": b"x" * 300,
    "string": "θ = π",
    "symbol": "amqp:accepted:list",
    "list": [1, ["a", None]],
    "map": {"a": {"b": 1}},
    "array": ["a", "bc"],
}


def proton(program: str, told: str = "") -> list:
    """Run a program of the system's Python, which has Proton, and return its lines of JSON."""
    ended = subprocess.run(
        ["/usr/bin/python3", "-c", program], input=told, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_decodes_each_type_that_proton_writes():
    (written,) = proton(PROTON_WRITES)
    assert written.keys() == EXPECTED.keys()
    for name, encoded in written.items():
        data = bytes.fromhex(encoded)
        value, end = types.decode(data)
        assert (value, end) == (EXPECTED[name], len(data)), name


@pytest.mark.parametrize("size", [0, 10, 200, 300, 70_000])
def test_proton_reads_messages_as_they_were_written(size):
    body = b"x" * size
    properties = {"qtau_v": 1, "qtau_submitted_us": 1_790_000_000_000_000, "qtau_id": "i" * 100}
    encoded = message.encode(body, properties, correlation_id="i-1", priority=9, life_ms=5000)
    (read,) = proton(PROTON_READS, encoded.hex() + "\n")
    assert read == [body.decode(), properties, True, 9, 5, "i-1", "application/json"]
    assert message.decode(encoded).body == body
    assert message.decode(encoded).properties == properties


def test_bytes_that_make_no_sense_are_told_so():
    for wrong in (
        b"",
        b"\x01",
        b"\xa1\x05ab"[:1],
        b"\x70\x00",
        b"\xd0\x00\x00\x00\x10\x00\x00\x00\x03",
    ):
        with pytest.raises(ValueError, match="AMQP"):
            types.decode(wrong)
