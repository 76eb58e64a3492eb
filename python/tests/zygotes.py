"""A zygote as the agent drives it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workers import DEADLINE_SECONDS, SOURCE, receive_from


class Child:
    """One forked worker and the agent's end of its stream."""

    def __init__(self, stream: socket.socket, mark: str) -> None:
        self.stream = stream
        self.mark = mark
        self.stream.settimeout(DEADLINE_SECONDS)
        self.hello = receive_from(stream)
        self.pid: int = self.hello["pid"]

    def send(self, **request: Any) -> None:
        body = json.dumps({"task": "t", **request}).encode()
        self.stream.sendall(len(body).to_bytes(4, "big") + body)

    def run(self, **request: Any) -> dict[str, Any]:
        self.send(**request)
        return receive_from(self.stream)


class Zygote:
    """The process that forks, and its control stream."""

    def __init__(
        self,
        directory: Path,
        preload: list[str],
        interpreter: str = sys.executable,
        path: Sequence[str] = (),
        stuck_s: float = 20,
        **variables: str,
    ) -> None:
        self.directory = directory
        self.mark = f"{uuid.uuid4()}.0000life"
        self._children = 0
        self._family: list[Child] = []
        self._told: list[dict[str, Any]] = []
        address = directory / "z.sock"
        with _listener(address) as listener:
            environment = {
                **os.environ,
                **variables,
                "PYTHONPATH": str(SOURCE),
                "QTAU_WORKER_TOKEN": self.mark,
                "QTAU_EXECUTION": self.mark,
            }
            self.process = subprocess.Popen(
                [interpreter, "-u", "-m", "qtau.worker", "--zygote", str(address)], env=environment
            )
            self.stream, _ = listener.accept()
        self.stream.settimeout(DEADLINE_SECONDS)
        self.hello = receive_from(self.stream)
        self._send({"preload": preload, "path": list(path), "stuck_s": stuck_s})
        self.ready = receive_from(self.stream)

    def fork(self) -> Child:
        self._children += 1
        path = self.directory / f"{self._children}.sock"
        mark = f"{uuid.uuid4()}.0000life"
        with _listener(path) as listener:
            self._send({"fork": str(path), "mark": mark})
            stream, _ = listener.accept()
        child = Child(stream, mark)
        self._family.append(child)
        assert self.told("forked", child.pid)["mark"] == mark
        return child

    def told(self, word: str, pid: int) -> dict[str, Any]:
        """Return the record that says something of a child; wait for it."""
        while True:
            for record in self._told:
                if record.get(word) == pid:
                    self._told.remove(record)
                    return record
            self._told.append(receive_from(self.stream))

    def close(self) -> None:
        for child in self._family:
            child.stream.close()
        self.stream.close()
        self.process.wait(DEADLINE_SECONDS)

    def _send(self, record: dict[str, Any]) -> None:
        body = json.dumps(record).encode()
        self.stream.sendall(len(body).to_bytes(4, "big") + body)


def _listener(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen(1)
    listener.settimeout(DEADLINE_SECONDS)
    return listener
