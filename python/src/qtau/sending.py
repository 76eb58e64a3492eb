"""What a client sends as a pickle: a function with its arguments, checked before it is sent."""

from __future__ import annotations

import base64
import pickle
import pickletools
import sys
from collections.abc import Callable
from typing import Any

from qtau.worker import culprit, qpy
from qtau.worker.pickles import dumper


class NotSendable(TypeError):
    """Something can't travel; the message names it, and what to do instead."""


def pickled(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> dict[str, Any]:
    """Return the fields `pickle` and `pickled_by` of a task's block `python`.

    Functions of modules go by name, so their modules must be importable in the worker; others go
    as byte code (with cloudpickle), and run in the same Python minor version only. `NotSendable`
    is raised for what can't be pickled: locks, sockets, jobs, QNodes of Lightning that have run.
    """
    content = (function, arguments, keywords)
    dumps = dumper()
    try:
        data: bytes = dumps(content)
    except Exception as error:  # each library has errors of its own
        found = culprit.find(content, dumps, "task")
        why = str(found) if found is not None else str(error)
        if dumps is pickle.dumps:
            why += "; functions that are in no module need cloudpickle: pip install 'qtau[client]'"
        raise NotSendable(why) from error
    return {"pickle": base64.b64encode(data).decode("ascii"), "pickled_by": versions(data)}


def versions(data: bytes) -> dict[str, str]:
    """Return the versions of Python and of the packages that a pickle refers to."""
    from importlib import metadata

    packages = metadata.packages_distributions() if sys.version_info >= (3, 10) else {}
    told = {"python": ".".join(map(str, sys.version_info[:3]))}
    for module in sorted(modules(data)):
        for package in packages.get(module, [module]):
            try:
                told[package] = metadata.version(package)
            except metadata.PackageNotFoundError:
                continue  # a module of the standard library, or of the user's own
    return told


def qpy_version(data: bytes) -> int:
    """Return the version of QPY data: a Qiskit reads its own and older ones."""
    version = qpy.version_of(data)
    if version is None:
        raise NotSendable("this is not QPY: it does not begin with QISKIT and a version")
    return version


def modules(data: bytes) -> set[str]:
    """Return the top-level names of all modules that unpickling would import."""
    found = set()
    texts: list[str] = []
    for code, argument, _ in pickletools.genops(data):
        if code.name == "GLOBAL" and isinstance(argument, str):
            found.add(argument.split(" ")[0].partition(".")[0])
        elif code.name == "STACK_GLOBAL" and len(texts) >= 2:
            found.add(texts[-2].partition(".")[0])
        elif isinstance(argument, str):
            texts.append(argument)
    if "subimport" in texts:  # how cloudpickle names a module that code refers to
        found.update(text.partition(".")[0] for text in texts if text in sys.modules)
    return found
