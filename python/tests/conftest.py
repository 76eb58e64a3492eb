"""A real worker process on a real Unix socket."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest

from workers import Worker


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
        for worker in started:  # one that was killed leaves its output to the agent
            if worker.process.returncode == 0:
                assert list(worker.directory.iterdir()) == [worker.directory / "w.sock"]


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
