"""Forked workers: one process for each task, from a process that only imports."""

import os
import signal
import tempfile
import time
from pathlib import Path

import pytest

from workers import is_gone, receive_from, wait_until
from zygotes import Zygote

TASKS = """
import os, random, sys, threading, time
def imported(name): return name in sys.modules
def crash():
    import ctypes
    ctypes.string_at(0)
def die(): os._exit(9)
def dead_lock():
    lock = threading.Lock()
    lock.acquire()
    other = threading.Thread(target=lock.acquire, daemon=True)
    other.start()
    lock.acquire()
def draw(): return random.random()
def say(): os.write(1, b"said"); return os.getpid()
def nap(seconds): time.sleep(seconds); return "rested"
def spin():
    while True: pass
"""


@pytest.fixture
def zygote():
    with tempfile.TemporaryDirectory() as directory:
        zygote = Zygote(Path(directory), ["decimal", "email.mime.text"], stuck_s=3)
        assert zygote.ready["ready"], zygote.ready
        yield zygote
        zygote.close()


def environ(pid):
    return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")


def test_child_has_what_the_zygote_has_imported_and_runs_one_task(zygote, define):
    where = define(TASKS)
    child = zygote.fork()
    assert child.hello["token"] == child.mark
    assert child.pid != zygote.process.pid
    assert child.run(call="tasks:imported", args=["email.mime.text"], **where)["value"] is True
    assert zygote.told("exited", child.pid) == {"exited": child.pid, "status": 0, "stuck": False}
    assert os.listdir(zygote.directory).count("1.stdout") == 0


def test_child_carries_a_mark_of_its_own(zygote, define):
    child = zygote.fork()
    assert f"QTAU_EXECUTION={child.mark}".encode() in environ(child.pid)
    assert f"QTAU_EXECUTION={zygote.mark}".encode() not in environ(child.pid)
    assert f"QTAU_EXECUTION={zygote.mark}".encode() in environ(zygote.process.pid)
    command = "env | grep ^QTAU_EXECUTION="
    response = child.run(call="subprocess:getoutput", args=[command])
    assert response["value"] == f"QTAU_EXECUTION={child.mark}"


def test_crash_and_exit_end_their_own_task_only(zygote, define):
    where = define(TASKS)
    living = zygote.fork()
    for call, status in (("tasks:crash", signal.SIGSEGV), ("tasks:die", 9 << 8)):
        child = zygote.fork()
        child.send(call=call, **where)
        assert zygote.told("exited", child.pid)["status"] & ~0x80 == status
        assert child.stream.recv(1) == b""
    assert living.run(call="tasks:say", **where)["stdout"]["text"] == "said"


def test_children_side_by_side_keep_their_output_apart(zygote, define):
    where = define(TASKS)
    children = [zygote.fork() for _ in range(4)]
    for child in children:
        child.send(call="tasks:say", **where)
    for child in children:
        response = receive_from(child.stream)
        assert response["value"] == child.pid
        assert response["stdout"]["text"] == "said"


def test_children_have_random_numbers_of_their_own(zygote, define):
    where = define(TASKS)
    numbers = [zygote.fork().run(call="tasks:draw", **where)["value"] for _ in range(3)]
    assert len(set(numbers)) == 3


def test_child_whose_threads_wait_for_each_other_is_ended(zygote, define):
    where = define(TASKS)
    resting, spinning, stuck = zygote.fork(), zygote.fork(), zygote.fork()
    resting.send(call="tasks:nap", args=[6], **where)
    spinning.send(call="tasks:spin", **where)
    stuck.send(call="tasks:dead_lock", **where)
    told = zygote.told("exited", stuck.pid)
    assert (told["status"], told["stuck"]) == (signal.SIGKILL, True)
    assert receive_from(resting.stream)["value"] == "rested"
    assert not is_gone(spinning.pid)
    spinning.stream.close()
    wait_until(lambda: is_gone(spinning.pid), "the child of an agent that is gone ends")


def test_child_that_hangs_is_ended_while_others_come_and_go(zygote, define):
    where = define(TASKS)
    stuck = zygote.fork()
    stuck.send(call="tasks:dead_lock", **where)
    deadline = time.monotonic() + 15
    while not is_gone(stuck.pid):
        assert time.monotonic() < deadline, "nobody has looked at the child that hangs"
        quick = zygote.fork()
        assert quick.run(call="tasks:nap", args=[0.1], **where)["value"] == "rested"
    assert zygote.told("exited", stuck.pid)["stuck"] is True


def test_zygote_that_cannot_preload_says_why():
    with tempfile.TemporaryDirectory() as directory:
        zygote = Zygote(Path(directory), ["no_such_module"])
        error = zygote.ready["error"]
        assert error["type"] == "ModuleNotFoundError"
        assert "'no_such_module'" in error["message"]
        assert zygote.hello["executable"] in error["message"]
        zygote.close()


def test_end_of_the_agent_ends_zygote_and_children(define, tmp_path):
    with tempfile.TemporaryDirectory() as directory:
        zygote = Zygote(Path(directory), [])
        child = zygote.fork()
        child.send(call="tasks:spin", **define(TASKS))
        zygote.stream.close()
        child.stream.close()
        assert zygote.process.wait(20) == 0
        wait_until(lambda: is_gone(child.pid), "the child is gone")


def test_zygote_has_one_thread(zygote):
    assert len(os.listdir(f"/proc/{zygote.process.pid}/task")) == 1
