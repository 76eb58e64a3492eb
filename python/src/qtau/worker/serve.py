"""The worker's life: connect, say hello, answer requests, end with the stream."""

from __future__ import annotations

import os
import socket
import sys

from qtau.worker import frames
from qtau.worker.capture import Capture
from qtau.worker.hangup import HangUp
from qtau.worker.task import TaskRunner

EXIT_USAGE = 64
EXIT_BAD_FRAME = 65
EXIT_INTERRUPTED = 130


def main(arguments: list[str]) -> int:
    """Serve until the agent ends the stream; return the exit code."""
    if len(arguments) != 2 or arguments[0] != "--socket":
        print("usage: python -m qtau.worker --socket PATH", file=sys.stderr)
        return EXIT_USAGE
    diagnostics = os.dup(2)
    try:
        return _serve(arguments[1])
    except frames.BadFrame as error:
        return _tell(diagnostics, str(error), EXIT_BAD_FRAME)
    except (BrokenPipeError, ConnectionResetError):
        return 0
    except OSError as error:
        return _tell(diagnostics, f"{arguments[1]}: {error}", 1)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _serve(path: str) -> int:
    stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    stream.connect(path)
    os.register_at_fork(after_in_child=stream.close)
    _close_stdin()
    token = os.environ.pop("QTAU_WORKER_TOKEN", None)
    capture = Capture(os.path.dirname(os.path.abspath(path)))
    runner = TaskRunner(capture)
    hang_up = HangUp(stream.fileno())
    hang_up.watch()
    frames.send(stream, frames.encode(_hello(token)))
    capture.prepare()
    while True:
        request = frames.receive(stream)
        if request is None or not hang_up.task_begins():
            return 0
        response = runner.run(request)
        hang_up.task_ends()
        frames.send(stream, response)


def _hello(token: str | None) -> dict[str, object]:
    return {
        "hello": 1,
        "pid": os.getpid(),
        "python": ".".join(map(str, sys.version_info[:3])),
        "executable": sys.executable,
        "token": token,
    }


def _close_stdin() -> None:
    """Give tasks an empty stdin: nobody types at a worker."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def _tell(diagnostics: int, message: str, code: int) -> int:
    os.write(diagnostics, f"qtau.worker {os.getpid()}: {message}\n".encode("utf-8", "replace"))
    return code
