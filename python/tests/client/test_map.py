"""One function over many items."""

from __future__ import annotations

import itertools

import pytest
import tasks_of_tests as tasks

import qtau

PATIENCE_S = 60


def test_results_come_in_order_whatever_a_task_has(session):
    for chunk in ("auto", 1, 7):
        results = session.map(tasks.add, range(100), itertools.repeat(1), chunk=chunk)
        assert list(results.within(PATIENCE_S)) == list(range(1, 101))
    assert session.state().accepted < 100 + 15 + 100


def test_items_that_fail_raise_in_their_turn_or_stand_in_their_place(session):
    results = session.map(tasks.fail_if_odd, [0, 2, 3, 4], chunk=4)
    assert [next(results), next(results)] == [0, 2]
    with pytest.raises(qtau.TaskFailed, match="3 is odd") as caught:
        next(results)
    assert caught.value.item == 2
    assert "in fail_if_odd" in caught.value.trace
    found = list(session.map(tasks.fail_if_odd, range(9), chunk=2, return_exceptions=True))
    assert [isinstance(one, qtau.TaskFailed) for one in found] == [False, True] * 4 + [False]
    assert [one.item for one in found[1::2]] == [1, 3, 5, 7]
    assert found[::2] == [0, 2, 4, 6, 8]


def test_a_seed_is_an_items_own_and_no_matter_of_tasks(session):
    drawn = [
        list(session.map(lambda _: tasks.draw(), range(6), chunk=chunk, seed=42))
        for chunk in (1, 4, 6)
    ]
    assert drawn[0] == drawn[1] == drawn[2]
    assert len(set(drawn[0])) == 6
    other = list(session.map(lambda _: tasks.draw(), range(6), chunk=3, seed=43))
    assert not set(other) & set(drawn[0])


def test_items_that_json_does_not_hold_go_as_they_are(client):
    with client.session(pickle=True) as session:
        items = [(1, 2), {3}, 1j, "θ"]
        found = list(session.map(lambda item: (item, type(item).__name__), items, chunk=3))
        assert found == [((1, 2), "tuple"), ({3}, "set"), (1j, "complex"), ("θ", "str")]


def test_an_item_that_cannot_travel_fails_alone(client):
    kinds = ["set", "lock", "tuple"]
    with client.session(pickle=True) as session:
        found = list(session.map(tasks.made, kinds, chunk=3, return_exceptions=True))
        assert found[::2] == [{1}, (1,)]
        assert isinstance(found[1], qtau.TaskFailed)
        assert (found[1].type, found[1].item) == ("NotSendable", 1)
    with client.session() as session:
        found = list(session.map(tasks.made, kinds, chunk=3, return_exceptions=True))
        assert isinstance(found[0], qtau.NeedsPickle)
        assert isinstance(found[1], qtau.TaskFailed)
        assert found[2] == [1]


def test_many_short_items_are_few_tasks(session):
    assert sum(session.map(tasks.add, range(20_000)).within(PATIENCE_S)) == sum(range(20_000))
    assert session.state().accepted < 2_000


def test_endless_items_are_taken_as_they_are_asked_for(session):
    results = session.map(tasks.add, itertools.count(), chunk=10)
    assert list(itertools.islice(results, 25)) == list(range(25))
    results.close()
    assert session.state().accepted < 2_000


def test_an_error_of_the_items_comes_after_those_before(session):
    def items():
        yield 1
        raise RuntimeError("no more items")

    results = session.map(tasks.add, items())
    assert next(results) == 1
    with pytest.raises(RuntimeError, match="no more items"):
        next(results)
    with pytest.raises(TypeError, match="something to map over"):
        session.map(tasks.add)
    with pytest.raises(ValueError, match="how many items"):
        session.map(tasks.add, [1], chunk=0)


def test_progress_without_a_terminal_is_lines(session, capsys):
    assert list(session.map(tasks.fail_if_odd, range(4), progress=True, return_exceptions=True))
    assert "4/4 done" in capsys.readouterr().err
    qtau.gather([session.submit(tasks.add, 1)], progress=True)
    assert "qtau: 1/1 done" in capsys.readouterr().err
