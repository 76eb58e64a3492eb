"""Random numbers: the same for a seed wherever it runs, and never the same by accident."""

from __future__ import annotations

import hashlib
import os
import sys
from typing import Any

SEED_VARIABLE = "QTAU_TASK_SEED"
_NUMPY_SEEDS = 2**32


def begin(seed: int) -> None:
    """Seed `random`, and NumPy's global generator where NumPy can be imported.

    PennyLane's devices draw from NumPy's. Frameworks with generators of their own take
    `qtau.task_seed()`.
    """
    import random

    os.environ[SEED_VARIABLE] = str(seed)
    random.seed(seed)
    numpy = _numpy()
    if numpy is not None:
        numpy.random.seed(seed % _NUMPY_SEEDS)


def refresh() -> None:
    """Begin anywhere: after a seeded task, and in a process that was forked."""
    if "random" in sys.modules:
        sys.modules["random"].seed()
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None and hasattr(numpy, "random"):
        numpy.random.seed()


def of_item(seed: int, index: int) -> int:
    """Return the seed of a sweep's item: 32 bits of the SHA-256 of `seed/index`."""
    digest = hashlib.sha256(f"{seed}/{index}".encode("ascii")).digest()
    return int.from_bytes(digest[:4], "big")


def _numpy() -> Any:
    try:
        import numpy
    except ImportError:
        return None
    return numpy
