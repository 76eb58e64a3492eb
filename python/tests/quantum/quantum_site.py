"""A broker and a pilot of their own for the examples, as a user starts them."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

from workers import SOURCE

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "examples" / "quantum"
JARS = ROOT / "cli" / "target" / "dist" / "lib"


class Site:
    """The command `qtau` with a home of its own, a running broker, and a local pilot."""

    def __init__(self, directory: Path, python: str, cores: int = 2) -> None:
        if not JARS.is_dir():
            raise AssertionError(f"{JARS} is missing: ./verify builds it before these tests")
        self.python = python
        self._cores = cores
        self.qtau = str(_command(directory))
        self.environment = {
            **os.environ,
            "QTAU": self.qtau,
            "QTAU_HOME": str(directory / "home"),
            "PYTHONPATH": os.pathsep.join([str(SOURCE), str(EXAMPLES)]),
        }

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

    def example(self, module: str, expression: str, extra: str = "") -> Any:
        """Import an example in its environment, and return the expression's value as JSON."""
        program = f"import json\nfrom {module} import *\n{extra}\nprint(json.dumps({expression}))"
        ended = subprocess.run(
            [self.python, "-c", program],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    def __enter__(self) -> Site:
        self.run("broker", "start")
        cores = str(self._cores)
        self.run("pilot", "start", "--resource", "local://", "--cores-per-node", cores, "--wait")
        return self

    def __exit__(self, *unused: object) -> None:
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
