"""A Slurm cluster of four nodes for the tests alone: the one that those in Java have."""

from __future__ import annotations

import random
import socket
import subprocess
import tempfile
from pathlib import Path

from local_site import ROOT

SCRIPTS = ROOT / "system-tests" / "src" / "test" / "lab" / "slurm"
_PORTS = 6


class SlurmLab:
    """A cluster, and the variables that clients of it need. Needs root."""

    def __init__(self) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="qtau-slurm"))  # short: it holds sockets
        self.variables = {"SLURM_CONF": str(self._directory / "slurm.conf")}

    def __enter__(self) -> SlurmLab:
        _run("up", str(self._directory), str(_free_ports()))
        return self

    def __exit__(self, *unused: object) -> None:
        _run("down", str(self._directory))
        assert not self._directory.exists()


def _run(script: str, *arguments: str) -> None:
    # Its daemons inherit the streams: a pipe would not end with the script.
    with tempfile.TemporaryFile("w+") as said:
        ended = subprocess.run(
            [str(SCRIPTS / script), *arguments], stdout=said, stderr=said, check=False
        )
        said.seek(0)
        assert ended.returncode == 0, said.read()


def _free_ports() -> int:
    while True:
        first = random.randrange(20_000, 30_000)
        try:
            for port in range(first, first + _PORTS):
                socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return first
