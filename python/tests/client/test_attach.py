"""Sessions that outlive whoever made them."""

from __future__ import annotations

import time

import pytest
import tasks_of_tests as tasks

import qtau
from workers import wait_until

PATIENCE_S = 60

SUBMITS = """
import sys, os, qtau
session = qtau.connect().session(sys.argv[1])
session.submit_tasks({"kind": "noop"} for _ in range(int(sys.argv[2])))
{end}
"""
ATTACHES = """
import sys, qtau
session = qtau.connect().attach(sys.argv[1])
for result in session.results(timeout=30):
    print(result.id, result.status)
"""


def test_another_process_has_each_result_once(site, client, name):
    site.program(SUBMITS.replace("{end}", ""), name, "700")
    told = site.program(ATTACHES, name).splitlines()
    assert len(told) == len(set(told)) == 700
    assert all(line.endswith(" SUCCESS") for line in told)
    state = client.attach(name).state()
    assert (state.accepted, state.taken, state.done) == (700, 700, True)
    assert list(client.attach(name).results()) == []


def test_a_process_that_vanishes_leaves_its_session(site, client, name):
    site.program(SUBMITS.replace("{end}", "os._exit(0)"), name, "20")
    session = client.attach(name)
    assert len([result for _, result in zip(range(20), session.results())]) == 20
    session.close()
    assert not session.state().sealed


def test_what_was_not_processed_comes_again(client, name):
    with client.session(name) as session:
        session.submit_tasks({"kind": "sleep", "sleep": {"seconds": 0.3}} for _ in range(4))
        session.close()
    first = client.attach(name)
    for _ in first.results():
        break  # what is not processed is not acknowledged
    first.close()
    ids = [result.id for result in client.attach(name).results(timeout=PATIENCE_S)]
    assert len(ids) == len(set(ids)) == 4


def test_one_reads_until_another_steals(client, name):
    owner = client.session(name)
    future = owner.submit(tasks.sleep, 4)
    with pytest.raises(qtau.SessionInUse, match="another reader takes"):
        list(client.attach(name).results())
    thief = client.attach(name, steal=True)
    results = thief.results()
    assert next(results).id == future.task_id
    with pytest.raises(qtau.SessionInUse, match="has taken over"):
        future.result(PATIENCE_S)
    results.close()
    owner.close()


def test_what_others_left_is_not_swallowed_by_futures(client, name):
    session = client.session(name)
    session.submit(tasks.sleep, 1)
    session.close()
    with pytest.raises(qtau.SessionInUse, match="not of these futures"):
        client.session(name).submit(tasks.add, 1)
    with pytest.raises(qtau.SessionExists):
        client.new_session(name)
    with pytest.raises(qtau.UnknownSession, match="no record"):
        client.attach("never-was")
    assert len(list(client.attach(name).results(timeout=PATIENCE_S))) == 1


def test_a_closed_session_takes_no_more(client):
    session = client.session()
    future = session.submit(tasks.sleep, 3)
    session.close()
    with pytest.raises(qtau.SessionClosed, match="will be in the session"):
        future.result(PATIENCE_S)
    with pytest.raises(qtau.SessionClosed):
        session.submit(tasks.add, 1)


def test_cancelling_ends_what_waits_and_what_runs(session):
    running = session.submit(tasks.sleep, 300)
    wide = session.options(cores=2, tags={"a": "b"})
    waiting = wide.submit_many(tasks.sleep, [(300,)] * 5)
    began = time.monotonic()
    assert waiting[0].cancel()
    assert session.cancel(waiting[1:3]) == 2
    assert session.cancel(tag=("a", "b")) <= 3
    running.cancel()
    _, not_done = qtau.wait([running, *waiting], PATIENCE_S)
    assert not not_done
    assert all(future.cancelled() for future in [running, *waiting])
    with pytest.raises(qtau.client.waiting.concurrent.futures.CancelledError):
        running.result()
    assert running.details.status == "CANCELED"
    assert time.monotonic() - began < 30
    over = session.submit(tasks.add, 1)
    wait_until(over.done, "it has ended")
    assert not over.cancel()
