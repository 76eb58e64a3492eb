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
    if len(arguments) != 2 or arguments[0] not in ("--socket", "--zygote"):
        print("usage: python -m qtau.worker --socket PATH | --zygote PATH", file=sys.stderr)
        return EXIT_USAGE
    kind, path = arguments
    diagnostics = os.dup(2)
    token = os.environ.pop("QTAU_WORKER_TOKEN", None)
    try:
        return _serve(path, token, once=False) if kind == "--socket" else _fork(path, token)
    except frames.BadFrame as error:
        return _tell(diagnostics, str(error), EXIT_BAD_FRAME)
    except (BrokenPipeError, ConnectionResetError):
        return 0
    except OSError as error:
        return _tell(diagnostics, f"{path}: {error}", 1)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def serve_once(path: str, token: str) -> int:
    """Serve one task in a process that was forked for it; return the exit code."""
    return _serve(path, token, once=True)


def _serve(path: str, token: str | None, once: bool) -> int:
    stream = _connect(path)
    os.register_at_fork(after_in_child=stream.close)
    _close_stdin()
    capture = Capture(os.path.splitext(os.path.abspath(path))[0])
    try:
        return _answer(stream, token, capture, once)
    finally:
        capture.remove()


def _answer(stream: socket.socket, token: str | None, capture: Capture, once: bool) -> int:
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
        if once:
            return 0


def _fork(path: str, token: str | None) -> int:
    from qtau.worker import zygote

    stream = _connect(path)
    _close_stdin()
    frames.send(stream, frames.encode(_hello(token)))
    return zygote.run(stream)


def _connect(path: str) -> socket.socket:
    stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    stream.connect(path)
    return stream


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
