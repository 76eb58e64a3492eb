"""What travels only between equal versions: checked before it is sent, where that can be seen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qtau.sending import NotSendable
from qtau.worker import qpy
from qtau.worker.pickles import holds_code

# Their pickles are read by the version that made them and by later ones.
_BY_LATER_ONLY = ("qiskit", "pennylane")


def check(data: bytes, pickled_by: Mapping[str, str], environment: Any) -> None:
    """Raise `NotSendable` for a pickle that an environment on this host cannot read.

    One that is not here to look at says so itself, when the task fails.
    """
    packages = _site_packages(environment)
    if packages is None:
        return
    python = packages.parent.name[len("python") :]
    mine = ".".join(pickled_by["python"].split(".")[:2])
    if holds_code(data) and python != mine:
        raise NotSendable(
            f"this function goes as code, which runs in Python {mine} only, and {environment} has "
            f"Python {python}: define it in a module that can be imported there, or use an "
            f"environment with Python {mine}"
        )
    there = _versions(packages)
    for package in _BY_LATER_ONLY:
        here, other = pickled_by.get(package), there.get(package)
        if here is not None and other is not None and _numbers(other) < _numbers(here):
            raise NotSendable(
                f"a pickle of {package} {here} cannot be read by {package} {other} of "
                f"{environment}: use equal versions, or send OpenQASM, or QPY written with a "
                "version= that both know"
            )


def check_qpy(arguments: object, environment: Any) -> None:
    """Raise `NotSendable` for QPY that the Qiskit of an environment on this host cannot read."""
    version = qpy.latest(arguments)
    if version is None:
        return
    packages = _site_packages(environment)
    there = None if packages is None else qpy.readable(os.fspath(packages))
    if there is not None and version > there:
        raise NotSendable(qpy.remedy(version, there, environment))


def _site_packages(environment: Any) -> Path | None:
    """Return the packages of an environment that is here to look at."""
    if not isinstance(environment, str) or not os.path.isdir(environment):
        return None
    return next(iter(sorted(Path(environment, "lib").glob("python3.*/site-packages"))), None)


def _versions(packages: Path) -> dict[str, str]:
    found = {}
    for entry in packages.glob("*.dist-info"):
        name, _, version = entry.name[: -len(".dist-info")].partition("-")
        found[name.lower()] = version
    return found


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
