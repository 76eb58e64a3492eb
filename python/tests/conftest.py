"""A real worker process on a real Unix socket."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src"
DEADLINE_SECONDS = 20.0


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Poll until the condition holds; fail with its name after the deadline."""
    end = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {DEADLINE_SECONDS} s: {what}")
        time.sleep(0.005)


def is_gone(pid: int) -> bool:
    """Say whether a process has ended; one that is not reaped yet has."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() == b""
    except (FileNotFoundError, ProcessLookupError):
        return True


class Worker:
    """One worker process and the agent's end of its stream."""

    def __init__(self, directory: Path, home: Path, **options: Any) -> None:
        path = directory / "w.sock"
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(path))
            listener.listen(1)
            listener.settimeout(DEADLINE_SECONDS)
            environment = dict(os.environ, PYTHONPATH=str(SOURCE), QTAU_WORKER_TOKEN="secret")
            self.process = subprocess.Popen(
                [sys.executable, "-u", "-m", "qtau.worker", "--socket", str(path)],
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
        length = int.from_bytes(self._read(4), "big")
        record = json.loads(self._read(length))
        assert isinstance(record, dict)
        return record

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

    def _read(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            chunk = self.stream.recv(length - len(data))
            if not chunk:
                raise EOFError(f"the worker ended the stream, exit code {self.process.poll()}")
            data += chunk
        return data


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Start workers; each one is ended by the end of its stream, or by its own handle."""
    started: list[Worker] = []
    home = tmp_path / "home"
    home.mkdir()
    with tempfile.TemporaryDirectory() as short:  # socket paths have room for 107 bytes

        def start_one(**options: Any) -> Worker:
            directory = Path(short, str(len(started)))
            directory.mkdir()
            worker = Worker(directory, home, **options)
            started.append(worker)
            return worker

        yield start_one
        for worker in started:
            worker.close()
        assert [list(d.iterdir()) for d in Path(short).iterdir()] == [
            [d / "w.sock"] for d in Path(short).iterdir()
        ]


@pytest.fixture
def worker(start: Callable[..., Worker]) -> Worker:
    return start()


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """A directory for task modules, named in the tests' `path`."""
    directory = tmp_path / "code"
    directory.mkdir()
    return directory


@pytest.fixture
def define(code: Path) -> Callable[[str], dict[str, Any]]:
    """Write the module `tasks` and return the request fields that make it importable."""

    def write(source: str) -> dict[str, Any]:
        (code / "tasks.py").write_text(source, encoding="utf-8")
        return {"path": [str(code)]}

    return write
