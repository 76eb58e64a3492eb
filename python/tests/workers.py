"""Real workers on real Unix sockets, and the agent's end of their streams."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable

SOURCE = Path(__file__).resolve().parent.parent / "src"
DEADLINE_SECONDS = 20.0


def wait_until(condition: Callable[[], bool], what: str, seconds: float = DEADLINE_SECONDS) -> None:
    """Poll until the condition holds; fail with its name after the deadline."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.005)


def is_gone(pid: int) -> bool:
    """Say whether a process has ended; one that is not reaped yet has."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() == b""
    except (FileNotFoundError, ProcessLookupError):
        return True


def receive_from(stream: socket.socket) -> dict[str, Any]:
    """Return the next frame's record."""
    length = int.from_bytes(_read(stream, 4), "big")
    record = json.loads(_read(stream, length))
    assert isinstance(record, dict)
    return record


def _read(stream: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        chunk = stream.recv(length - len(data))
        if not chunk:
            raise EOFError("the worker ended the stream")
        data += chunk
    return data


class Worker:
    """One worker process and the agent's end of its stream."""

    def __init__(
        self,
        directory: Path,
        home: Path,
        interpreter: str = sys.executable,
        variables: dict[str, str] | None = None,
        **options: Any,
    ) -> None:
        self.directory = directory
        path = directory / "w.sock"
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(path))
            listener.listen(1)
            listener.settimeout(DEADLINE_SECONDS)
            environment = dict(
                os.environ, PYTHONPATH=str(SOURCE), QTAU_WORKER_TOKEN="secret", **variables or {}
            )
            self.process = subprocess.Popen(
                [interpreter, "-u", "-m", "qtau.worker", "--socket", str(path)],
                cwd=home,
                env=environment,
                stderr=subprocess.PIPE,
                **options,
            )
            self.stream, _ = listener.accept()
        self.stream.settimeout(DEADLINE_SECONDS)
        self.hello = self.receive()
        self.pid: int = self.hello["pid"]

    def send_bytes(self, body: bytes) -> None:
        self.stream.sendall(len(body).to_bytes(4, "big") + body)

    def send(self, **request: Any) -> None:
        self.send_bytes(json.dumps({"task": "t", "attempt": 1, **request}).encode())

    def receive(self) -> dict[str, Any]:
        return receive_from(self.stream)

    def run(self, **request: Any) -> dict[str, Any]:
        self.send(**request)
        return self.receive()

    def value(self, call: str, *args: Any, **request: Any) -> Any:
        response = self.run(call=call, args=list(args), **request)
        assert response["ok"], response
        return response["value"]

    def error(self, **request: Any) -> dict[str, str]:
        response = self.run(**request)
        assert not response["ok"], response
        error: dict[str, str] = response["error"]
        return error

    def close(self) -> None:
        self.stream.close()
        try:
            self.process.wait(DEADLINE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()
