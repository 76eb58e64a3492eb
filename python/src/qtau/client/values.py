"""The JSON forms of a worker's values, back as Python's objects where they say what they were.

- `{"dtype", "shape", "data"}` and `{"dtype", "shape", "npy"}`: NumPy arrays, where there is NumPy
- Qiskit's `BitArray`, where Qiskit is imported already; else its form, with `counts`

Tuples have become lists and complex numbers pairs: those forms do not say what they were.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from typing import Any

from qtau.client.errors import NotHere

_ARRAY = {"dtype", "shape", "data"}
_FILE = {"dtype", "shape", "npy"}
_BITS = {"num_bits", "num_shots", "bit_order", "counts"}


def python_of(value: Any, host: str | None) -> Any:
    """Return the value with its arrays; `host` is where files of it lie."""
    if isinstance(value, list):
        return [python_of(item, host) for item in value] if _has_parts(value) else value
    if not isinstance(value, dict):
        return value
    keys = value.keys()
    if keys == _ARRAY:
        return _array(value)
    if keys == _FILE:
        return _array_file(value["npy"], host)
    if keys - {"shape"} == _BITS and "qiskit.primitives" in sys.modules:
        return _bit_array(value)
    return {key: python_of(item, host) for key, item in value.items()}


def spilled(entry: dict[str, Any], host: str | None) -> Any:
    """Return the JSON of a file that a large value went into."""
    return json.loads(_content(entry, entry.get("host") or host))


def _has_parts(items: list[Any]) -> bool:
    return any(isinstance(item, (list, dict)) for item in items)


def _array(form: dict[str, Any]) -> Any:
    try:
        import numpy
    except ImportError:
        return form
    dtype = numpy.dtype(form["dtype"])
    data = form["data"]
    if dtype.kind == "c":
        pairs = numpy.array(data, dtype=float).reshape([*form["shape"], 2])
        return (pairs[..., 0] + 1j * pairs[..., 1]).astype(dtype)
    # NaN and infinities are texts that float understands.
    return (
        numpy.array(data, dtype=float if dtype.kind == "f" else dtype)
        .astype(dtype)
        .reshape(form["shape"])
    )


def _array_file(entry: dict[str, Any], host: str | None) -> Any:
    import io

    import numpy

    return numpy.load(io.BytesIO(_content(entry, host)), allow_pickle=False)


def _bit_array(form: dict[str, Any]) -> Any:
    from qiskit.primitives import BitArray

    bits = BitArray.from_counts(form["counts"], num_bits=form["num_bits"])
    return bits.reshape(*form["shape"], form["num_shots"]) if "shape" in form else bits


def _content(entry: dict[str, Any], host: str | None) -> bytes:
    """Return a file's content, if it is the very file, here or on a file system that is shared."""
    path = entry["path"]
    try:
        if os.path.getsize(path) == entry["bytes"]:
            with open(path, "rb") as file:
                content = file.read()
            if hashlib.sha256(content).hexdigest() == entry["sha256"]:
                return content
    except OSError:
        pass  # told below
    raise NotHere(
        f"the value is the file {path} ({entry['bytes']} bytes) of {host}, which is not the same "
        "here: copy it, or return less"
    )
