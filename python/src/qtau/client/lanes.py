"""The lane of a task: the queue of its pool, its resources and its priority."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

PRIORITIES = {"low": (".p0", 0), "normal": ("", 4), "high": (".p9", 9)}
_BUILT_IN = ("noop", "sleep", "exec", "python", "mpi")
_PLAIN = ("cores", "gpus", "memory_mb", "nodes")


def address(task: Mapping[str, Any]) -> str:
    """Return where a task is sent, or ValueError when it asks for what cannot be."""
    pool = task.get("pool") or "shared"
    suffix = PRIORITIES[task.get("priority") or "normal"][0]
    resources = {**(task.get("resources") or {}), **_of_ranks(task.get("mpi"))}
    return f"qtau.task.{pool}.{shape(resources, task['kind'])}{suffix}"


def _of_ranks(block: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what an MPI program occupies of each node: it follows from its block."""
    if block is None:
        return {}
    ranks = int(block.get("ranks", 1))
    on_node = int(block.get("ranks_per_node") or ranks)
    occupied = {"cores": on_node * int(block.get("cores_per_rank") or 1)}
    occupied["gpus"] = on_node * int(block.get("gpus_per_rank") or 0)
    occupied["nodes"] = max(1, ranks // on_node)
    return occupied


def shape(resources: Mapping[str, Any], kind: str) -> str:
    """Return the class of resources that a lane's name tells."""
    named = {name: count for name, count in resources.items() if ":" in name}
    unknown = resources.keys() - named.keys() - set(_PLAIN)
    if unknown:
        raise ValueError(
            f"resources: {sorted(unknown)[0]!r} is none of {', '.join(_PLAIN)}; "
            "a named resource has a colon, as license:gurobi"
        )
    cores = resources.get("cores", 1)
    text = "c" + ("all" if cores == "all" else _thousandths("cores", cores))
    if resources.get("gpus"):
        text += ".g" + _thousandths("gpus", resources["gpus"])
    if resources.get("memory_mb"):
        text += f".m{1 << (int(resources['memory_mb']) - 1).bit_length()}"
    if resources.get("nodes", 1) != 1:
        text += f".n{int(resources['nodes'])}"
    if kind not in _BUILT_IN:
        text += f".k{kind}"
    if named:
        words = ", ".join(f"{name}={named[name]}" for name in sorted(named))
        text += f".x{zlib.crc32(f'{{{words}}}'.encode()):08x}"
    return text


def _thousandths(field: str, number: float) -> str:
    milli = round(float(number) * 1000)
    if milli <= 0:
        raise ValueError(f"resources: {field} must be more than 0, is {number!r}")
    return str(milli // 1000) if milli % 1000 == 0 else f"{milli}m"
