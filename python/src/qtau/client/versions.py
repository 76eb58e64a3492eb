"""What travels only between equal versions: checked before it is sent, where that can be seen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qtau.sending import NotSendable
from qtau.worker.pickles import holds_code

# Their pickles are read by the version that made them and by later ones.
_BY_LATER_ONLY = ("qiskit", "pennylane")


def check(data: bytes, pickled_by: Mapping[str, str], environment: Any) -> None:
    """Raise `NotSendable` for a pickle that an environment on this host cannot read.

    One that is not here to look at says so itself, when the task fails.
    """
    if not isinstance(environment, str) or not os.path.isdir(environment):
        return
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


def _site_packages(environment: str) -> Path | None:
    return next(iter(sorted(Path(environment, "lib").glob("python3.*/site-packages"))), None)


def _versions(packages: Path) -> dict[str, str]:
    found = {}
    for entry in packages.glob("*.dist-info"):
        name, _, version = entry.name[: -len(".dist-info")].partition("-")
        found[name.lower()] = version
    return found


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
