"""Results of Qiskit's primitives, part by part.

- `PrimitiveResult`: `{"results": [PubResult, ...], "metadata"}`
- `PubResult`: `{"data": DataBin, "metadata"}`
- `DataBin`: its fields by name (registers, `evs`, `stds`)
- `BitArray` without dimensions: `{"num_bits", "num_shots", "bit_order", "counts"}`; with
  dimensions also `shape`, and `counts` is the list of all its elements' counts, the last dimension
  fastest. `"bit_order": "c[n-1..0]"` says that the last character of a key is bit 0.
"""

from __future__ import annotations

import itertools
from typing import Any

BIT_ORDER = "c[n-1..0]"


def parts(value: Any) -> dict[str, Any] | None:
    """Return what the value consists of; None when it is none of Qiskit's results."""
    for kind in type(value).__mro__:
        if kind.__module__.startswith("qiskit.primitives."):
            take = _PARTS.get(kind.__name__)
            if take is not None:
                return take(value)
    return None


def _result(result: Any) -> dict[str, Any]:
    return {"results": list(result), "metadata": _metadata(result.metadata)}


def _pub(result: Any) -> dict[str, Any]:
    return {"data": result.data, "metadata": _metadata(result.metadata)}


def _bin(data: Any) -> dict[str, Any]:
    return {name: data[name] for name in data}


def _bits(bits: Any) -> dict[str, Any]:
    form = {"num_bits": bits.num_bits, "num_shots": bits.num_shots, "bit_order": BIT_ORDER}
    if bits.shape == ():
        return {**form, "counts": bits.get_counts()}
    places = itertools.product(*(range(length) for length in bits.shape))
    return {
        **form,
        "shape": list(bits.shape),
        "counts": [bits.get_counts(loc=place) for place in places],
    }


def _metadata(metadata: Any) -> dict[str, Any]:
    """Leave out what says nothing to a reader of JSON."""
    simple = (str, int, float, bool, type(None))
    return {key: value for key, value in metadata.items() if isinstance(value, simple)}


_PARTS = {
    "PrimitiveResult": _result,
    "PubResult": _pub,
    "DataBin": _bin,
    "BitArray": _bits,
}
