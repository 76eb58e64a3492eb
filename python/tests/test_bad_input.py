"""Tasks that do what they should not: each fails alone, and the worker goes on as it was."""

from __future__ import annotations

BAD = r"""
import os, signal, sys, threading, time
def print_much(mib):
    block = b"x" * (1 << 20)
    for _ in range(mib): os.write(1, block)
def print_bytes(): os.write(2, bytes(range(256)))
def spoil(directory):
    os.chdir(directory); os.rmdir(directory)
    os.environ.clear()
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    os.umask(0o777)
    sys.stdout.close(); sys.stderr = None; sys.argv = None; sys.setrecursionlimit(5000)
    os.close(0)
def look():
    return [os.getcwd(), "HOME" in os.environ, sys.argv, sys.getrecursionlimit(),
            [repr(signal.getsignal(number)) for number in sorted(signal.valid_signals())],
            sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())), os.umask(0o22)]
def exit_thread(): threading.Thread(target=sys.exit, daemon=True).start()
def raise_base(): raise BaseException("base")
def raise_group(): raise __import__("asyncio").CancelledError()
def returns_liar():
    class Liar(dict):
        def items(self): raise RuntimeError("liar")
        def __reduce__(self): raise RuntimeError("liar")
    return Liar(a=object())
def deep():
    value = []
    for _ in range(100_000): value = [value]
    return value
def eat(): return bytearray(1 << 62)
"""


def test_a_gibibyte_of_output_is_cut_and_its_space_is_free_again(worker, define):
    where = define(BAD)
    stdout = worker.run(call="tasks:print_much", args=[1024], **where)["stdout"]
    assert (stdout["bytes"], stdout["truncated"]) == (1 << 30, True)
    assert len(stdout["text"]) < 33 * 1024
    assert (worker.directory / "w.stdout").stat().st_size == 0
    assert worker.run(call="os:getpid")["stdout"]["bytes"] == 0


def test_output_that_is_not_utf8_is_replaced(worker, define):
    stderr = worker.run(call="tasks:print_bytes", **define(BAD))["stderr"]
    assert stderr["bytes"] == 256
    assert stderr["text"].count("\ufffd") == 128


def test_spoilt_process_is_put_back(worker, define, tmp_path):
    where = define(BAD)
    before = worker.value("tasks:look", **where)
    gone = tmp_path / "gone"
    gone.mkdir()
    worker.run(call="tasks:spoil", args=[str(gone)], **where)
    assert worker.value("tasks:look", **where) == before
    assert worker.run(call="builtins:print", args=["still"])["stdout"]["text"] == "still\n"


def test_odd_errors_are_errors(worker, define):
    where = define(BAD)
    assert worker.error(call="tasks:raise_base", **where)["type"] == "BaseException"
    assert worker.error(call="tasks:raise_group", **where)["type"] == "CancelledError"
    assert worker.error(call="tasks:eat", **where)["type"] == "MemoryError"
    worker.run(call="tasks:exit_thread", **where)
    assert worker.value("os:getpid") == worker.pid


def test_values_that_lie_or_are_too_deep_fail_their_task(worker, define):
    where = define(BAD)
    for call in ("tasks:returns_liar", "tasks:deep"):
        error = worker.error(call=call, **where)
        assert error["type"] in {"NotSendable", "RuntimeError"}, error
        assert worker.value("os:getpid") == worker.pid
