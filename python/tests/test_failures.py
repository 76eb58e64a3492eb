"""The words of failed tasks."""

import pytest

FAILING = """
import sys, os, signal
class Odd(Exception):
    def __str__(self): raise RuntimeError("no text")
def inner(): raise ValueError("too cold")
def outer():
    try:
        inner()
    except ValueError as error:
        raise RuntimeError("no result") from error
def leave(code): sys.exit(code)
def interrupt(): os.kill(os.getpid(), signal.SIGINT)
def deep(n=0): return deep(n + 1)
def long(): raise ValueError("é" * 100_000 + "end")
def odd(): raise Odd()
def surrogate(): raise ValueError("\\ud800")
def two(a, b): return a
def lazy(): import not_there_either
thing = 5
"""


@pytest.fixture
def fail(worker, define):
    where = define(FAILING)

    def run(call, *args):
        error = worker.error(call=call, args=list(args), **where)
        assert worker.value("os:getpid") == worker.pid
        return error

    return run


def test_exception_has_type_message_and_own_frames_only(fail, code):
    error = fail("tasks:outer")
    assert (error["type"], error["message"]) == ("RuntimeError", "no result")
    trace = error["trace"]
    assert f'File "{code}/tasks.py"' in trace
    assert "in inner" in trace
    assert "ValueError: too cold" in trace
    assert "qtau" not in trace.replace(str(code), "")


@pytest.mark.parametrize("code", [3, 0, None, "words"], ids=str)
def test_sys_exit_is_a_failure(worker, define, tmp_path, code):
    (tmp_path / "tasks.py").write_text(FAILING)
    error = worker.error(call="tasks:leave", args=[code], path=[str(tmp_path)])
    assert error["type"] == "SystemExit"
    assert error["message"].endswith(f"code {code}")


def test_interrupt_is_a_failure(fail):
    assert fail("tasks:interrupt")["type"] == "KeyboardInterrupt"


def test_endless_recursion_is_a_failure(fail):
    assert fail("tasks:deep")["type"] == "RecursionError"


def test_long_message_and_trace_are_cut_and_the_trace_keeps_its_end(fail):
    error = fail("tasks:long")
    assert len(error["message"]) == 8 * 1024
    assert len(error["trace"].encode()) <= 16 * 1024
    assert error["trace"].endswith("end\n")


def test_error_that_cannot_be_printed_is_still_told(fail):
    error = fail("tasks:odd")
    assert error["type"] == "Odd"
    assert "str() fails" in error["message"]


def test_message_that_is_not_unicode_is_written_out(fail):
    assert fail("tasks:surrogate")["message"] == "\\ud800"


def test_wrong_number_of_arguments_is_a_type_error(fail):
    error = fail("tasks:two", 1)
    assert error["type"] == "TypeError"
    assert "missing 1 required positional argument: 'b'" in error["message"]


def test_unknown_function_gets_the_nearest_name(fail, code):
    error = fail("tasks:outr")
    assert error["type"] == "AttributeError"
    assert "did you mean 'outer'?" in error["message"]
    assert str(code) in error["message"]


def test_name_that_is_no_function_is_a_type_error(fail):
    assert fail("tasks:thing") | {"trace": ""} == {
        "type": "TypeError",
        "message": "tasks:thing is a int, not a function",
        "trace": "",
    }


def test_missing_module_is_named_with_the_interpreter(worker, fail):
    error = fail("not_there.at_all:f")
    assert error["type"] == "ModuleNotFoundError"
    assert "'not_there'" in error["message"]
    assert worker.hello["executable"] in error["message"]
    assert "worker" not in error["trace"]


def test_module_missing_inside_the_tasks_module_is_named(worker, code):
    (code / "needs.py").write_text("import not_there\n")
    error = worker.error(call="needs:f", path=[str(code)])
    assert error["type"] == "ModuleNotFoundError"
    assert "'not_there'" in error["message"]
    assert "'needs'" in error["message"]
    assert f'File "{code}/needs.py", line 1' in error["trace"]


def test_name_missing_in_an_import_is_an_import_error(worker, code):
    (code / "needs.py").write_text("from os import not_there\n")
    error = worker.error(call="needs:f", path=[str(code)])
    assert error["type"] == "ImportError"
    assert "not_there" in error["message"]
    assert worker.hello["executable"] in error["message"]


def test_import_error_inside_the_function_names_the_interpreter_too(worker, fail):
    error = fail("tasks:lazy")
    assert error["type"] == "ModuleNotFoundError"
    words, _, place = error["message"].partition(": running in ")
    assert words == "No module named 'not_there_either'"
    assert place.startswith(worker.hello["executable"] + " (Python ")


def test_import_error_of_a_sweeps_item_names_the_interpreter_too(worker, define):
    value = worker.run(call="tasks:lazy", sweep=[[]], **define(FAILING))["value"]
    assert worker.hello["executable"] in value["errors"][0]["message"]


def test_syntax_error_names_file_and_line(worker, code):
    (code / "broken.py").write_text("x = 1\ndef f(:\n")
    error = worker.error(call="broken:f", path=[str(code)])
    assert error["type"] == "SyntaxError"
    assert f"({code}/broken.py, line 2)" in error["message"]


def test_failed_import_is_tried_again(worker, code):
    where = {"path": [str(code)]}
    assert worker.error(call="late:f", **where)["type"] == "ModuleNotFoundError"
    (code / "late.py").write_text("def f(): return 1\n")
    assert worker.value("late:f", **where) == 1


@pytest.mark.parametrize("call", ["os", "os:", ":getpid", ""])
def test_call_that_names_no_function_is_refused(fail, call):
    assert "package.module:function" in fail(call)["message"]


def test_request_without_code_is_refused(worker):
    assert "`call` or `pickle`" in worker.error()["message"]


def test_missing_directory_is_a_failure_that_names_it(worker, tmp_path):
    error = worker.error(call="os:getcwd", cwd=str(tmp_path / "nowhere"))
    assert error["type"] == "FileNotFoundError"
    assert "nowhere" in error["message"]
    assert worker.value("os:getpid") == worker.pid
