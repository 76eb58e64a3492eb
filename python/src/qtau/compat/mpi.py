"""MPI programs as the earlier QTau called them, and what they give."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from qtau.client import Result

_LABEL = re.compile(r"^\[\d+\] ", re.MULTILINE)


class MpiOutput(NamedTuple):
    """What all ranks wrote, as `mpirun` passes it on; the future's result tells them apart."""

    stdout: str
    stderr: str


class MpiCall(NamedTuple):
    """A script, how many ranks of it, and its arguments."""

    script: str
    ranks: int
    arguments: list[str]


def call(positional: Sequence[Any], script: str | None, ranks: int | None) -> MpiCall:
    """Return the call that is meant: what has no keyword comes first among the arguments."""
    rest = list(positional)
    if script is None:
        script = rest.pop(0) if rest else None
    if ranks is None:
        ranks = rest.pop(0) if rest else None
    if script is None or isinstance(ranks, bool) or not isinstance(ranks, int):
        raise TypeError(
            'submit_mpi_task("/path/of/script.py", 8, "arg1", "arg2"): a script, how many '
            f"processes, and its arguments; num_procs is {ranks!r}"
        )
    return MpiCall(str(script), ranks, [str(one) for one in rest])


def ranks_on_each_node(ranks: int, descriptions: Iterable[Mapping[str, Any]]) -> int | None:
    """Return how many ranks go onto each node of these pilots; None when all fit onto one.

    All nodes have the same number: the most that a node has cores for. ValueError when there are
    pilots and none of them has room.
    """
    rooms = []
    for description in descriptions:
        cores, nodes = description.get("cores_per_node"), description.get("number_of_nodes") or 1
        if cores is None or cores >= ranks:
            return None
        rooms.append((nodes, cores))
    most = 0
    for nodes, cores in rooms:
        fitting = (n for n in range(cores, 0, -1) if ranks % n == 0 and ranks // n <= nodes)
        most = max(most, next(fitting, 0))
    if rooms and not most:
        told = ", ".join(f"{nodes} nodes of {cores} cores" for nodes, cores in rooms)
        raise ValueError(
            f"{ranks} processes, the same number on each node, have no room on the pilots that "
            f"were started here ({told}); say ranks_per_node=… if others have"
        )
    return most or None


def output(result: Result) -> MpiOutput:
    """Return what the ranks wrote, without the labels that tell them apart."""
    facts = result.raw.get("mpi") or {}
    if facts.get("ranks", 1) == 1:
        return MpiOutput(result.stdout, result.stderr)
    return MpiOutput(_LABEL.sub("", result.stdout), _LABEL.sub("", result.stderr))
