"""Workers with the real packages, of an environment that `./verify` makes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Callable

import pytest


@pytest.fixture(scope="session")
def quantum() -> str:
    """Return the interpreter that has the packages of `requirements-quantum.txt`."""
    interpreter = os.environ.get("QTAU_QUANTUM_PYTHON", "")
    if not os.path.exists(interpreter):
        pytest.fail("QTAU_QUANTUM_PYTHON names no interpreter: ./verify makes one")
    return interpreter


@pytest.fixture
def worker(start: Callable[..., Any], quantum: str) -> Any:
    return start(interpreter=quantum)


@pytest.fixture(scope="session")
def warm(tmp_path_factory: Any, quantum: str) -> Iterator[Any]:
    """Return one worker for all tests that may share it: importing takes seconds."""
    from workers import Worker

    directory = tmp_path_factory.mktemp("w")
    home = directory / "home"
    home.mkdir()
    worker = Worker(directory, home, interpreter=quantum)
    yield worker
    worker.close()
