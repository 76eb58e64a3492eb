"""Values that are JSON, and the words for those that are not."""

import base64
import pickle

import cloudpickle
import pytest

VALUES = {
    "None": None,
    "True": True,
    "2**70": 2**70,
    "-0.5": -0.5,
    "'grün 😀'": "grün 😀",
    "(1, (2, 'a'))": [1, [2, "a"]],
    "{'a': [{}, [], ()]}": {"a": [{}, [], []]},
    "__import__('collections').namedtuple('P', 'x y')(1, 2)": [1, 2],
    "[[0]] * 2": [[0], [0]],
}
FAULTS = {
    "{'energies': [1.0, 2.0, 3.0, 1j]}": 'value["energies"][3]: complex',
    "float('nan')": "value: float nan",
    "[{'e': float('inf')}]": 'value[0]["e"]: float inf',
    "[float('-inf')]": "value[0]: float -inf",
    "{'a': {1: 2}}": 'value["a"]: the key 1 is int, not str',
    "[({None: 1},)]": "value[0][0]: the key None is NoneType, not str",
    "{1, 2}": "value: set",
    "[b'x']": "value[0]: bytes",
    "__import__('decimal').Decimal(1)": "value: decimal.Decimal",
    "['\\ud800']": "value[0]: str with a lone surrogate",
    "(lambda a: a.append(a) or a)([])": "value: Circular",
}


@pytest.mark.parametrize("expression", VALUES)
def test_json_value_arrives(worker, expression):
    value = worker.value("builtins:eval", expression)
    assert (value, type(value)) == (VALUES[expression], type(VALUES[expression]))


@pytest.mark.parametrize("expression", FAULTS)
def test_value_that_is_not_json_fails_with_place_and_type(worker, expression):
    error = worker.error(call="builtins:eval", args=[expression])
    assert error["type"] == "NotJson"
    assert error["message"].startswith(FAULTS[expression])


def pickled(payload, module=cloudpickle):
    return base64.b64encode(module.dumps(payload)).decode()


def test_pickled_function_with_arguments_returns_json(worker):
    response = worker.run(pickle=pickled((lambda a, b: a - b, (5,), {"b": 3})))
    assert (response["ok"], response["value"]) == (True, 2)
    assert "pickle" not in response


def test_pickled_callable_without_arguments_runs(worker):
    seven = 7
    assert worker.run(pickle=pickled(lambda: (seven,)))["value"] == [7]


def test_pickled_task_returns_other_values_as_pickle(worker):
    response = worker.run(pickle=pickled((complex, (1, 2), {})))
    assert pickle.loads(base64.b64decode(response["pickle"])) == 1 + 2j
    assert "value" not in response


def test_value_that_cannot_be_pickled_fails(worker):
    error = worker.error(pickle=pickled(lambda: __import__("threading").Lock()))
    assert error["type"] in {"TypeError", "PicklingError"}


def test_standard_pickle_needs_no_cloudpickle(start, define):
    worker = start()
    where = define("import sys\nsys.modules['cloudpickle'] = None\ndef hide(): pass\n")
    worker.run(call="tasks:hide", **where)
    assert worker.run(pickle=pickled((divmod, (7, 2), {}), pickle))["value"] == [3, 1]
    response = worker.run(pickle=pickled((complex, (1, 2), {}), pickle))
    assert pickle.loads(base64.b64decode(response["pickle"])) == 1 + 2j


def test_missing_cloudpickle_is_named_with_interpreter_and_remedy(worker, define):
    where = define("import sys\nsys.modules['cloudpickle'] = None\ndef hide(): pass\n")
    worker.run(call="tasks:hide", **where)
    error = worker.error(pickle=pickled(lambda: 1))
    assert error["type"] == "ModuleNotFoundError"
    assert worker.hello["executable"] in error["message"]
    assert "pip install cloudpickle" in error["message"]


@pytest.mark.parametrize("payload", [5, (1, 2, 3), (len, ())])
def test_pickle_of_something_else_is_refused(worker, payload):
    error = worker.error(pickle=pickled(payload))
    assert error["type"] == "TypeError"
    assert "(function, args, kwargs)" in error["message"]


def test_damaged_pickle_fails_the_task_only(worker):
    assert "unpickling with" in worker.error(pickle="AAAA")["message"]
    assert "unpickling with" in worker.error(pickle="A")["message"]
    assert worker.value("os:getpid") == worker.pid
