"""Pilots, through the command `qtau`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from typing import Any

from qtau.client import QTauError

_LOOK_S = 1.0
_NOT_FOUND = 4  # how the command says that it has ended
_ENDED = ("DONE", "FAILED", "CANCELED", "LOST")


class QTauException(QTauError):
    """A pilot could not be had, or the command says no."""


class Command:
    """The command `qtau`."""

    def lines(self, *arguments: str, accept: tuple[int, ...] = (0,)) -> list[Any]:
        """Run it, and return the JSON objects that it printed, one a line."""
        program = os.environ.get("QTAU") or shutil.which("qtau")
        if program is None:
            raise QTauException("there is no command qtau in the PATH: set QTAU to where it is")
        ended = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
        if ended.returncode not in accept:
            raise QTauException(f"qtau {' '.join(arguments[:2])}: {ended.stderr.strip()}")
        if "--json" not in arguments:
            return []
        return [json.loads(line) for line in ended.stdout.splitlines() if line.strip()]


class QTau:
    """A pilot, and what it was asked to be."""

    def __init__(self, name: str, command: Command, description: Mapping[str, Any]) -> None:
        self.name = name
        self.description = dict(description)
        self._command = command

    def get_id(self) -> str:
        """Return its name."""
        return self.name

    def get_details(self) -> dict[str, Any]:
        """Return what `qtau pilot show --json` tells of it."""
        (shown,) = self._command.lines("pilot", "show", self.name, "--json")
        return dict(shown)

    def get_state(self) -> str:
        """Return its state: PENDING, READY, DONE, …"""
        return str(self.get_details()["state"])

    def wait(self) -> None:
        """Return when it is ready; `QTauException` when it has ended instead."""
        while True:
            details = self.get_details()
            if details["state"] == "READY":
                return
            if details["state"] in _ENDED:
                why = details["reason"] or "no reason given"
                raise QTauException(f"pilot {self.name} is {details['state']}: {why}")
            time.sleep(_LOOK_S)

    def cancel(self) -> None:
        """Stop it, if it has not ended yet; what it runs goes back to the broker."""
        self._command.lines("pilot", "stop", self.name, accept=(0, _NOT_FOUND))

    def __repr__(self) -> str:
        return f"QTau({self.name})"
