"""A broker that is killed, and comes back, under a client that goes on."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import tasks_of_tests as tasks

import qtau
from local_site import Site
from workers import wait_until

PATIENCE_S = 120


@pytest.fixture
def own_site(tmp_path: Any) -> Iterator[Site]:
    with Site(tmp_path, sys.executable) as site:
        yield site


def test_futures_survive_a_killed_broker(own_site):
    with qtau.connect(home=own_site.home) as client, client.session() as session:
        futures: list[qtau.TaskFuture] = []
        submitted = threading.Event()

        def submit() -> None:
            for begin in range(0, 2000, 100):
                tasks = ({"kind": "noop", "id": f"n{begin + i}"} for i in range(100))
                futures.extend(session.submit_tasks(tasks))
            submitted.set()

        threading.Thread(target=submit, daemon=True).start()
        for done in (300, 900):
            wait_until(
                lambda done=done: sum(f.done() for f in futures) > done,
                f"{done} are done",
                PATIENCE_S,
            )
            own_site.kill_broker()
            own_site.start_broker()
        assert submitted.wait(PATIENCE_S)
        assert qtau.gather(futures, timeout=PATIENCE_S) == [None] * 2000
        wait_until(lambda: session.state().taken == 2000, "all are counted", PATIENCE_S)
        assert session.state().accepted == 2000
        assert {future.details.attempt for future in futures} <= {1, 2}


def test_nothing_is_lost_when_the_broker_is_away_for_long(own_site, caplog):
    with qtau.connect(home=own_site.home) as client, client.session() as session:
        before = session.submit(tasks.sleep, 1)
        own_site.kill_broker()
        with session.executor() as executor:
            futures = [executor.submit(tasks.add, number) for number in range(50)]
            wait_until(lambda: "is away" in caplog.text, "that it is away is told", PATIENCE_S)
            own_site.start_broker()
        assert [future.result() for future in futures] == list(range(50))
        assert before.result(PATIENCE_S) == 1


def test_a_wrong_password_is_refused_and_told_nowhere(own_site):
    with pytest.raises(qtau.CredentialRefused) as caught:
        qtau.connect(home=own_site.home, credential=("owner", "no-such-secret"))
    assert "no-such-secret" not in str(caught.value)
    own_site.kill_broker()
    with pytest.raises(qtau.BrokerUnavailable, match="no broker answers"):
        qtau.connect(home=own_site.home)
    own_site.start_broker()
