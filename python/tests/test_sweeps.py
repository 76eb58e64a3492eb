"""One task, many parameter sets; and the random numbers of tasks."""

import base64
import pickle
import random

import pytest

TASKS = """
import os, random, sys
import qtau
def line(x, a=1, b=0): return a * x + b
def divide(a, b): return a / b
def draw(*ignored): return [qtau.task_seed(), random.random(), os.environ.get("QTAU_TASK_SEED")]
def leave(code): sys.exit(code)
def made(kind):
    return {"set": {1, 2}, "bytes": b"12", "int": 7, "large": bytes(13 << 20),
            "lock": __import__("threading").Lock()}[kind]
def lock(n): return __import__("threading").Lock() if n else n
"""


def unpickled(response):
    return pickle.loads(base64.b64decode(response["pickle"]))


def test_columns_are_zipped_onto_the_other_arguments(worker, define):
    where = define(TASKS)
    sweep = {"a": [1, 2, 3], "b": [0, 10, 20]}
    value = worker.value("tasks:line", 2, sweep=sweep, **where)
    assert value == {"values": [2, 14, 26], "errors": []}


def test_items_are_argument_lists_or_keywords(worker, define):
    value = worker.value("tasks:line", sweep=[[5], {"x": 1, "b": 1}, [1, 2, 3]], **define(TASKS))
    assert value["values"] == [5, 2, 5]


def test_failed_items_are_told_one_by_one_and_the_others_keep_their_values(worker, define):
    response = worker.run(
        call="tasks:divide",
        sweep={"a": [1, 1, 1, 1, 1, 1], "b": [1, 0, 2, 0, 0, 0]},
        **define(TASKS),
    )
    assert not response["ok"]
    assert response["error"]["type"] == "SweepItems"
    assert response["error"]["message"] == (
        "4 of 6 items failed; item 1: ZeroDivisionError: division by zero"
    )
    assert response["value"]["values"] == [1.0, None, 0.5, None, None, None]
    assert [error["item"] for error in response["value"]["errors"]] == [1, 3, 4, 5]
    assert ["trace" in error for error in response["value"]["errors"]] == [True, True, True, False]


def test_item_that_leaves_or_returns_what_cannot_be_sent_fails_alone(worker, define):
    where = define(TASKS)
    errors = worker.run(call="tasks:leave", sweep=[[3]], **where)["value"]["errors"]
    assert errors[0]["type"] == "SystemExit"
    response = worker.run(call="tasks:lock", sweep=[[0], [1]], **where)
    assert response["value"]["values"] == [0, None]
    assert "_thread.lock" in response["value"]["errors"][0]["message"]
    assert worker.value("os:getpid") == worker.pid


def test_items_that_json_cannot_hold_come_as_a_pickle(worker, define):
    response = worker.run(call="tasks:made", sweep=[["set"], ["bytes"], ["int"]], **define(TASKS))
    assert response["ok"], response
    assert response["value"] == {"values": [None, None, 7], "errors": [], "pickled": [0, 1]}
    assert unpickled(response) == [{1, 2}, b"12", 7]


@pytest.mark.parametrize("returns", ["json", "pickle"])
def test_failed_items_do_not_keep_the_others_from_their_pickle(worker, define, returns):
    kinds = ["set", "nothing", "int", "lock"]
    response = worker.run(
        call="tasks:made", sweep={"kind": kinds}, returns=returns, **define(TASKS)
    )
    assert unpickled(response) == [{1, 2}, None, 7, None]
    value = response["value"]
    assert (value["values"], value["pickled"]) == ([None, None, 7, None], [0])
    failed = [(error["item"], error["type"]) for error in value["errors"]]
    assert failed == [(1, "KeyError"), (3, "NotSendable")]
    assert response["error"]["type"] == "SweepItems"
    assert response["error"]["message"].startswith("2 of 4 items failed; item 1: KeyError")


def test_sweep_without_a_value_that_travels_has_no_pickle(worker, define):
    response = worker.run(call="tasks:made", sweep=[["lock"], ["int"]], **define(TASKS))
    assert "pickle" not in response
    assert response["value"]["values"] == [None, 7]
    assert "pickled" not in response["value"]
    message = response["value"]["errors"][0]["message"]
    assert "_thread.lock is not JSON" in message
    assert "make the lock inside the function" in message


def test_pickle_of_a_sweep_that_is_too_large_leaves_its_json(worker, define):
    response = worker.run(
        call="tasks:made", sweep=[["int"], ["large"]], returns="pickle", **define(TASKS)
    )
    assert response["error"]["type"] == "ValueTooLarge"
    assert response["value"]["values"] == [7, None]
    assert "pickle" not in response


def test_pickle_of_a_sweep_is_a_list(worker, define):
    response = worker.run(call="builtins:tuple", sweep=[[[1, 2]], [[3]]], returns="pickle")
    assert unpickled(response) == [(1, 2), (3,)]


def test_seed_is_offered_and_begins_the_random_numbers(start, define):
    where = define(TASKS)
    expected = [42, random.Random(42).random(), "42"]
    for worker in (start(), start()):
        for _ in range(2):
            assert worker.value("tasks:draw", seed=42, **where) == expected


def test_task_without_seed_does_not_go_on_with_the_numbers_of_one_with(worker, define):
    where = define(TASKS)
    after = set()
    for _ in range(2):
        worker.value("tasks:draw", seed=42, **where)
        seed, number, variable = worker.value("tasks:draw", **where)
        assert (seed, variable) == (None, None)
        after.add(number)
    assert len(after) == 2


def test_each_item_has_a_seed_of_its_own_that_stays(start, define):
    where = define(TASKS)
    first, second = (
        worker.value("tasks:draw", seed=42, sweep=[[0], [1]], **where)["values"]
        for worker in (start(), start())
    )
    assert first == second
    assert first[0][0] != first[1][0]
    assert [item[1] for item in first] == [random.Random(item[0]).random() for item in first]
