"""From the hello frame to the end of the process."""

import json
import os
import signal
import sys

import pytest

from workers import is_gone, wait_until

RUNNING = """
import os, subprocess, time
def spin(mark):
    open(mark, "w").close()
    while True:
        pass
def start_child(mark):
    child = subprocess.Popen(["sleep", "600"])
    with open(mark + ".new", "w") as file:
        file.write(str(child.pid))
    os.rename(mark + ".new", mark)
    child.wait()
def leave_thread():
    import threading
    threading.Thread(target=time.sleep, args=(600,)).start()
def fork_and_return():
    child = os.fork()
    return os.waitpid(child, 0)[1] if child else "from the child"
def die():
    os._exit(9)
def crash():
    import ctypes
    print("last words")
    ctypes.string_at(0)
"""


def test_hello_names_process_interpreter_and_token(worker):
    assert worker.hello == {
        "hello": 1,
        "pid": worker.process.pid,
        "python": ".".join(map(str, sys.version_info[:3])),
        "executable": sys.executable,
        "token": "secret",
    }


def test_token_is_not_in_the_environment_of_tasks(worker):
    assert worker.value("os:getenv", "QTAU_WORKER_TOKEN") is None


def test_end_of_stream_while_idle_exits_with_0(worker):
    worker.run(call="os:getpid")
    worker.stream.close()
    assert worker.process.wait(20) == 0


def test_end_of_stream_ends_a_running_task(worker, define, tmp_path):
    mark = tmp_path / "mark"
    worker.send(call="tasks:spin", args=[str(mark)], **define(RUNNING))
    wait_until(mark.exists, "the task runs")
    worker.stream.close()
    wait_until(lambda: is_gone(worker.pid), "the worker is gone")
    assert worker.process.wait(20) == 70


def test_end_of_stream_ends_what_the_task_started_in_the_workers_own_group(start, define, tmp_path):
    worker = start(start_new_session=True)
    mark = tmp_path / "mark"
    worker.send(call="tasks:start_child", args=[str(mark)], **define(RUNNING))
    wait_until(mark.exists, "the child runs")
    worker.stream.close()
    child = int(mark.read_text())
    wait_until(lambda: is_gone(worker.pid) and is_gone(child), "worker and child are gone")


def test_thread_left_by_a_task_does_not_keep_the_worker(worker, define):
    worker.run(call="tasks:leave_thread", **define(RUNNING))
    worker.stream.close()
    wait_until(lambda: is_gone(worker.pid), "the worker is gone")


def test_forked_process_that_returns_does_not_answer(worker, define):
    assert os.WEXITSTATUS(worker.value("tasks:fork_and_return", **define(RUNNING))) == 1
    assert worker.value("os:getpid") == worker.pid


def test_task_that_ends_the_process_ends_the_stream(worker, define):
    worker.send(call="tasks:die", **define(RUNNING))
    with pytest.raises(EOFError):
        worker.receive()
    assert worker.process.wait(20) == 9


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
def test_frame_that_is_no_object_ends_the_worker_with_a_word(worker, body):
    worker.send_bytes(body)
    assert worker.process.wait(20) == 65
    assert b"a frame is" in worker.process.stderr.read()


def test_frame_over_the_limit_ends_the_worker_with_a_word(worker):
    worker.stream.sendall((64 * 1024 * 1024 + 1).to_bytes(4, "big"))
    assert worker.process.wait(20) == 65
    assert b"over the limit" in worker.process.stderr.read()


def test_large_frame_passes_both_ways(worker):
    text = "ü" * 5_000_000
    assert worker.value("operator:pos", 5) == 5
    body = json.dumps({"task": "t", "call": "builtins:str", "args": [text]}, ensure_ascii=False)
    worker.send_bytes(body.encode())
    assert worker.receive()["value"] == text


def test_value_over_the_limit_fails_the_task_only(worker):
    error = worker.error(call="operator:mul", args=["x", 64 * 1024 * 1024])
    assert error["type"] == "ValueTooLarge"
    assert worker.value("os:getpid") == worker.pid


def test_output_of_a_worker_that_dies_stays_for_the_agent(worker, define):
    worker.send(call="tasks:crash", **define(RUNNING))
    with pytest.raises(EOFError):
        worker.receive()
    assert worker.process.wait(20) == -signal.SIGSEGV
    assert (worker.directory / "w.stdout").read_text() == "last words\n"
    trace = (worker.directory / "w.stderr").read_text()
    assert "Segmentation fault" in trace
    assert "tasks.py" in trace


def test_interrupt_while_idle_ends_the_worker(worker):
    worker.run(call="os:getpid")
    wait_until(lambda: "S" in _state(worker.pid), "the worker waits")
    worker.process.send_signal(signal.SIGINT)
    assert worker.process.wait(20) == 130


def _state(pid: int) -> str:
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0]
