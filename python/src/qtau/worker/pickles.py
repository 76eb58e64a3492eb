"""Pickles between a client and a worker.

Code in a pickle is byte code: it runs in the Python minor version that made it, and may crash any
other. So a pickle with code has to say who made it: `pickled_by`, a Python version and those of
packages that it refers to.
"""

from __future__ import annotations

import binascii
import sys
from typing import Any

from qtau.worker import culprit
from qtau.worker.failure import TaskRefused, interpreter

_CODE_MARKS = (b"CodeType", b"_create_code")


def loads(data: bytes, made_by: dict[str, str]) -> Any:
    """Unpickle; `TaskRefused` says what stands against it, and which versions differ."""
    import pickle

    _check_python(data, made_by.get("python"))
    try:
        return pickle.loads(data)
    except Exception as error:  # what unpickling runs may raise anything
        raise TaskRefused(type(error).__name__, _message(error, made_by)) from error


def dump(value: object, why: str | None) -> bytes:
    """Return a value as a base64 pickle; `why` says why it has to be one."""
    dumps = dumper()
    try:
        return binascii.b2a_base64(dumps(value), newline=False)
    except Exception as error:
        found = culprit.find(value, dumps)
        words = str(found) if found is not None else f"value: {error}"
        message = words if why is None else f"{why}, and {words}"
        raise TaskRefused("NotSendable", message) from error


def dumper() -> Any:
    """Return cloudpickle's `dumps` where there is one, else pickle's."""
    try:
        from cloudpickle import dumps
    except ImportError:
        from pickle import dumps
    return dumps


def holds_code(data: bytes) -> bool:
    """Say whether there is byte code in a pickle."""
    return any(mark in data for mark in _CODE_MARKS)


def _check_python(data: bytes, maker: str | None) -> None:
    if not holds_code(data):
        return
    if maker is None:
        message = (
            "this pickle holds code, and does not say which Python made it: "
            'give "pickled_by": {"python": "3.x"}'
        )
        raise TaskRefused("PythonMismatch", message)
    if maker.split(".")[:2] != list(map(str, sys.version_info[:2])):
        message = (
            f"this pickle was made by Python {maker}, and its code cannot run in {interpreter()}: "
            "use an environment of the same Python minor version, or `call`"
        )
        raise TaskRefused("PythonMismatch", message)


def _message(error: Exception, made_by: dict[str, str]) -> str:
    missing = getattr(error, "name", None) if isinstance(error, ModuleNotFoundError) else None
    if missing is not None and missing.partition(".")[0] == "cloudpickle":
        return (
            f"this payload needs cloudpickle, which {interpreter()} does not have: "
            f"{sys.executable} -m pip install cloudpickle"
        )
    return f"{error}: unpickling with {interpreter()}{_differences(made_by)}"


def _differences(made_by: dict[str, str]) -> str:
    """Say which packages have another version here; they may read no others' pickles."""
    from importlib import metadata

    told = []
    for package, version in sorted(made_by.items()):
        if package == "python":
            continue
        try:
            here = metadata.version(package)
        except metadata.PackageNotFoundError:
            here = "none"
        if here != version:
            told.append(f"{package} {version} made it, here is {here}")
    return f"; {', '.join(told)}" if told else ""
