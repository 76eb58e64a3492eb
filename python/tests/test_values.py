"""Values that are JSON, and the words for those that are not."""

import base64
import decimal
import hashlib
import json
import pickle
import sys
from pathlib import Path

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
DEFINED = {
    "{'energies': [1.0, 1j, -2.5 + 0j]}": {"energies": [1.0, [0.0, 1.0], [-2.5, 0.0]]},
    "float('nan')": "NaN",
    "[{'e': float('inf')}, (float('-inf'), 1)]": [{"e": "Infinity"}, ["-Infinity", 1]],
    "complex('nan+infj')": ["NaN", "Infinity"],
}
PICKLED = {
    "{'a': {1: 2}}": {"a": {1: 2}},
    "[({None: 1},)]": [({None: 1},)],
    "{1, 2}": {1, 2},
    "[b'x']": [b"x"],
    "__import__('decimal').Decimal(1)": decimal.Decimal(1),
    "['\\ud800']": ["\ud800"],
}
FAULTS = {
    "{'lock': [1, __import__('threading').Lock()]}": (
        "value[\"lock\"][1]: _thread.lock is not JSON, and value['lock'][1]: _thread.lock cannot",
        "make the lock inside the function",
    ),
    "{1: (n for n in [])}": ("the key 1 is int", "return a list of what it yields"),
    "__import__('socket').socket()": ("socket.socket", "open the socket inside the function"),
    "{'f': open('/dev/null', 'w')}": ("_io.TextIOWrapper", "open the file inside the function"),
}


@pytest.mark.parametrize("expression", VALUES)
def test_json_value_arrives(worker, expression):
    value = worker.value("builtins:eval", expression)
    assert (value, type(value)) == (VALUES[expression], type(VALUES[expression]))


def test_numbers_that_json_lacks_have_words_and_complex_ones_are_pairs(worker):
    for expression, expected in DEFINED.items():
        response = worker.run(call="builtins:eval", args=[expression])
        assert response["value"] == expected
        assert "pickle" not in response


def test_value_that_json_cannot_hold_comes_as_pickle(worker):
    for expression, expected in PICKLED.items():
        response = worker.run(call="builtins:eval", args=[expression])
        assert response["ok"], response
        assert "value" not in response
        assert pickle.loads(base64.b64decode(response["pickle"])) == expected


def test_value_in_itself_comes_as_pickle(worker):
    response = worker.run(
        call="builtins:eval", args=["(lambda a: a.append(a) or a)([])"], returns="pickle"
    )
    value = pickle.loads(base64.b64decode(response["pickle"]))
    assert value[0] is value


def test_pickle_comes_beside_json_when_asked(worker):
    response = worker.run(call="builtins:eval", args=["(1, 2)"], returns="pickle")
    assert response["value"] == [1, 2]
    assert pickle.loads(base64.b64decode(response["pickle"])) == (1, 2)


def test_value_that_cannot_be_sent_is_told_with_place_type_and_remedy(worker):
    for expression, words in FAULTS.items():
        error = worker.error(call="builtins:eval", args=[expression])
        assert error["type"] == "NotSendable"
        for word in words:
            assert word in error["message"]


def test_large_value_is_a_file(worker, tmp_path):
    files = str(tmp_path / "files")
    response = worker.run(call="operator:mul", args=["ü", 200_000_000 // 2], files=files)
    spilled = response["spilled"]
    content = Path(spilled["path"]).read_bytes()
    assert len(content) == spilled["bytes"] == 200_000_002
    assert hashlib.sha256(content).hexdigest() == spilled["sha256"]
    assert json.loads(content)[:2] == "üü"
    assert "value" not in response


PYTHON = {"python": ".".join(map(str, sys.version_info[:3]))}


def pickled(payload, module=cloudpickle):
    return base64.b64encode(module.dumps(payload)).decode()


def test_pickled_function_with_arguments_returns_json(worker):
    response = worker.run(pickle=pickled((lambda a, b: a - b, (5,), {"b": 3})), pickled_by=PYTHON)
    assert (response["ok"], response["value"]) == (True, 2)
    assert "pickle" not in response


def test_pickled_callable_without_arguments_runs(worker):
    seven = 7
    assert worker.run(pickle=pickled(lambda: (seven,)), pickled_by=PYTHON)["value"] == [7]


def test_standard_pickle_needs_no_cloudpickle(start, define):
    worker = start()
    where = define("import sys\nsys.modules['cloudpickle'] = None\ndef hide(): pass\n")
    worker.run(call="tasks:hide", **where)
    assert worker.run(pickle=pickled((divmod, (7, 2), {}), pickle))["value"] == [3, 1]
    response = worker.run(pickle=pickled((set, ([1, 2],), {}), pickle))
    assert pickle.loads(base64.b64decode(response["pickle"])) == {1, 2}


def test_missing_cloudpickle_is_named_with_interpreter_and_remedy(worker, define):
    where = define("import sys\nsys.modules['cloudpickle'] = None\ndef hide(): pass\n")
    worker.run(call="tasks:hide", **where)
    error = worker.error(pickle=pickled(lambda: 1), pickled_by=PYTHON)
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


def test_code_of_another_python_is_refused_before_it_runs(worker):
    for maker in ("2.7", "3.8.18", "3.99.0"):
        error = worker.error(pickle=pickled(lambda: 1), pickled_by={"python": maker})
        assert error["type"] == "PythonMismatch"
        assert maker in error["message"]
        assert worker.hello["executable"] in error["message"]


def test_code_of_an_unknown_python_is_refused_and_names_need_none(worker):
    error = worker.error(pickle=pickled(lambda: 1))
    assert error["type"] == "PythonMismatch"
    assert "pickled_by" in error["message"]
    assert worker.run(pickle=pickled((divmod, (7, 2), {})))["value"] == [3, 1]


def test_versions_that_differ_are_told_when_unpickling_fails(worker):
    payload = base64.b64encode(b"cno_such_module\nthing\n.").decode()
    made_by = {**PYTHON, "no-such-module": "2.0", "cloudpickle": cloudpickle.__version__}
    error = worker.error(pickle=payload, pickled_by=made_by)
    assert error["type"] == "ModuleNotFoundError"
    assert error["message"].endswith("; no-such-module 2.0 made it, here is none")
