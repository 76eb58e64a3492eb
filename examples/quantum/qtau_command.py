"""Runs tasks through the command `qtau`: a file of tasks in, results out.

This is not a client of QTau: each batch starts the command twice, which takes some seconds. It
shows what goes over the wire. A broker and a pilot must be there:

    ./qtau broker start && ./qtau pilot start --resource local:// --wait
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
QTAU = os.environ.get("QTAU", str(HERE.parent.parent / "qtau"))


class TaskFailed(Exception):
    """A task did not succeed; the message is its error."""


def call(function: str, *arguments: Any, **fields: Any) -> dict[str, Any]:
    """Return a task that calls a function of this directory with this script's packages.

    `fields` with the names of the block `python` go there, others to the task: `seed`, `sweep`.
    """
    return task({"call": function, "args": list(arguments)}, **fields)


def task(code: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return a task for the code of a block `python`."""
    block = {**code, "env": sys.prefix, "path": [str(HERE)]}
    for name in ("isolation", "preload", "returns", "kwargs"):
        if name in fields:
            block[name] = fields.pop(name)
    return {"kind": "python", "python": block, **fields}


def run(tasks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Submit tasks, wait for all, and return their results in their order."""
    described = [{"id": f"t{number}", **one} for number, one in enumerate(tasks)]
    session = f"example-{uuid.uuid4().hex}"
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "tasks.jsonl")
        file.write_text("".join(json.dumps(one) + "\n" for one in described), encoding="utf-8")
        _qtau("submit", str(file), "--session", session)
        out = Path(directory, "out")
        _qtau("await", session, "--out", str(out), "--timeout", "300", accept=(0, 1))
        lines = (out / "results.jsonl").read_text(encoding="utf-8").splitlines()
    results = {result["id"]: result for result in map(json.loads, lines)}
    return [results[one["id"]] for one in described]


def values(tasks: Iterable[dict[str, Any]]) -> list[Any]:
    """Return what the tasks' functions returned; raise `TaskFailed` for one that failed."""
    return [value(result) for result in run(tasks)]


def value(result: dict[str, Any]) -> Any:
    """Return a result's value, also one that lies in a file of this machine."""
    if result["status"] != "SUCCESS":
        error = result.get("error", {})
        message = f"{result['id']}: {error.get('type')}: {error.get('message')}"
        raise TaskFailed(f"{message}\n{error.get('trace', '')}")
    if "spilled" in result:
        return json.loads(Path(result["spilled"]["path"]).read_text(encoding="utf-8"))
    return result.get("value")


def _qtau(*arguments: str, accept: tuple[int, ...] = (0,)) -> None:
    ended = subprocess.run([QTAU, *arguments], capture_output=True, text=True, check=False)
    if ended.returncode not in accept:
        raise SystemExit(f"qtau {arguments[0]} ended with {ended.returncode}: {ended.stderr}")
