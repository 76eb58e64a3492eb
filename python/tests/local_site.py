"""A broker and a pilot of their own, as a user starts them with the command `qtau`."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workers import SOURCE, is_gone, wait_until

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "quantum"
JARS = ROOT / "cli" / "target" / "dist" / "lib"


class Site:
    """The command `qtau` with a home of its own, a running broker, and a local pilot."""

    def __init__(
        self,
        directory: Path,
        python: str,
        cores: int = 2,
        *broker: str,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        if not JARS.is_dir():
            raise AssertionError(f"{JARS} is missing: ./verify builds it before these tests")
        self.python = python
        self.home = directory / "home"
        self.qtau = str(_command(directory))
        self.environment = {
            **os.environ,
            "QTAU": self.qtau,
            "QTAU_HOME": str(self.home),
            "PYTHONPATH": os.pathsep.join([str(SOURCE), str(EXAMPLES)]),
            **(variables or {}),
        }
        self._cores = cores
        self._broker = broker

    def run(self, *arguments: str, accept: tuple[int, ...] = (0,)) -> str:
        """Run the command, and return what it printed."""
        ended = subprocess.run(
            [self.qtau, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode in accept, ended.stderr
        return ended.stdout

    def program(self, source: str, *arguments: str, python: str = "", **variables: str) -> str:
        """Run a program of Python in the site's environment, and return what it printed."""
        ended = subprocess.run(
            [python or self.python, "-c", source, *arguments],
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def example(self, module: str, expression: str, extra: str = "") -> Any:
        """Import an example in its environment, and return the expression's value as JSON."""
        program = f"import json\nfrom {module} import *\n{extra}\nprint(json.dumps({expression}))"
        return json.loads(self.program(program))

    def start_broker(self) -> None:
        """Start it, also on what a killed one has left."""
        self.run("broker", "start", *self._broker)

    def start_pilot(self, *options: str) -> None:
        """Start a local pilot, and wait until it is ready."""
        cores = str(self._cores)
        self.run(
            "pilot",
            "start",
            "--resource",
            "local://",
            "--cores-per-node",
            cores,
            "--wait",
            *options,
        )

    def kill_broker(self) -> None:
        """End the broker's process at once."""
        pid = json.loads((self.home / "broker.json").read_bytes())["pid"]
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: is_gone(pid), "the broker has ended")

    def __enter__(self) -> Site:
        self.start_broker()
        self.start_pilot()
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop all pilots, and the broker."""
        self.run("pilot", "stop", "--all", accept=(0, 3, 4))
        self.run("broker", "stop")


def _command(directory: Path) -> Path:
    """Write a command for the jars that are built; class data sharing makes its starts short."""
    jars = ":".join(str(jar) for jar in sorted(JARS.glob("*.jar")))
    archive = directory / "qtau.jsa"
    main = ["-cp", jars, "io.qtau.cli.Main"]
    options = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xlog:disable"]
    subprocess.run(
        ["java", f"-XX:ArchiveClassesAtExit={archive}", *options, *main, "warm-up"],
        capture_output=True,
        check=False,
    )
    words = ["java", f"-XX:SharedArchiveFile={archive}", "-Xshare:auto", *options]
    words += [f"-Dqtau.cds={archive}", *main]
    command = directory / "qtau"
    command.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', encoding="utf-8")
    command.chmod(0o700)
    return command
