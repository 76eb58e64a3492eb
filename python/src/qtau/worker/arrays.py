"""NumPy arrays: as nested lists, or as `.npy` files that the result names.

A file's entry is `{"path", "bytes", "sha256"}`; the path is one of the host that the result names.
"""

from __future__ import annotations

import hashlib
import os
from typing import Any

ARRAY_MAX_BYTES = 16 * 1024
_PLAIN_KINDS = "biufcU"
_WIDEST = {"f": 8, "c": 16}


def is_plain(array: Any) -> bool:
    """Say whether JSON's numbers, booleans and strings hold what is in the array."""
    kind = array.dtype.kind
    return kind in _PLAIN_KINDS and array.dtype.itemsize <= _WIDEST.get(kind, array.dtype.itemsize)


def nested(array: Any) -> Any:
    """Return the array as nested lists; `Plain` takes care of what is in them."""
    return array.tolist()


def save(array: Any, directory: str) -> dict[str, object]:
    """Write a file of NumPy's own format, version 1 or later, without pickles."""
    import numpy

    os.makedirs(directory, exist_ok=True)
    path = os.path.join(directory, f"{len(os.listdir(directory))}.npy")
    with open(path, "wb") as file:
        numpy.save(file, numpy.asarray(array), allow_pickle=False)
    return {"path": path, "bytes": os.path.getsize(path), "sha256": checksum(path)}


def checksum(path: str) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()
