"""What cannot travel is refused where it is sent from, with its place and a remedy."""

from __future__ import annotations

import socket
import sys
import threading

import pytest

from qtau.client import code
from qtau.client.options import Options
from qtau.sending import NotSendable, modules, pickled

HERE = Options(env=None)


def refused(function, *arguments, options=HERE):
    with pytest.raises(NotSendable) as caught:
        code.block(function, arguments, {}, options)
    return str(caught.value)


def test_the_place_the_type_and_the_remedy_are_named():
    lock = threading.Lock()
    told = refused(lambda: lock)
    assert "lock" in told
    assert "make the lock inside the function" in told
    told = refused(len, {"a": [1, (number for number in range(3))]})
    assert "['a'][1]: generator" in told
    assert "return a list of what it yields" in told or "list" in told
    with socket.socket() as open_socket:
        assert "open the socket inside the function" in refused(len, [open_socket])


def environment(tmp_path, python, **packages):
    site = tmp_path / "lib" / f"python{python}" / "site-packages"
    site.mkdir(parents=True)
    for name, version in packages.items():
        (site / f"{name}-{version}.dist-info").mkdir()
    return Options(env=str(tmp_path))


def test_code_for_another_python_is_refused_where_the_environment_can_be_seen(tmp_path):
    mine = ".".join(map(str, sys.version_info[:2]))
    other = environment(tmp_path, "3.8")
    assert f"runs in Python {mine} only" in refused(lambda: 1, options=other)
    assert code.block(len, ([1],), {}, other)["call"] == "builtins:len"
    assert code.block(len, ((1,),), {}, other)["pickle"]


def test_pickles_of_a_later_version_are_refused_where_the_environment_can_be_seen(tmp_path):
    from qtau.client import versions

    environment(tmp_path, "3.11", qiskit="1.4.0", pennylane="0.45.1")
    made_by = {"python": "3.11.7", "qiskit": "2.5.2", "pennylane": "0.45.1"}
    with pytest.raises(NotSendable, match=r"qiskit 2\.5\.2 cannot be read by qiskit 1\.4\.0"):
        versions.check(b"", made_by, str(tmp_path))
    versions.check(b"", {**made_by, "qiskit": "1.3.9"}, str(tmp_path))
    versions.check(b"", made_by, str(tmp_path / "elsewhere"))
    versions.check(b"", made_by, {"requirements": ["qiskit"]})


def test_modules_that_code_refers_to_are_found():
    import base64

    import tasks_of_parts

    data = base64.b64decode(pickled(lambda: tasks_of_parts.double(1))["pickle"])
    assert "tasks_of_parts" in modules(data)


def test_qpy_is_found_wherever_it_is_among_the_arguments(tmp_path):
    import base64

    from qtau.worker import qpy

    options = environment(tmp_path, "3.9")
    common = tmp_path / "lib" / "python3.9" / "site-packages" / "qiskit" / "qpy" / "common.py"
    data = b"QISKIT" + bytes([14]) + b"and so on"
    text = base64.b64encode(data).decode()
    assert [qpy.version_of(one) for one in (data, text, bytearray(data))] == [14] * 3
    for nothing in (b"QISKIT", "UUlTS0lU", "UUlTS0lU!!!!", "QISKIT\x0e", "plain", 7, None):
        assert qpy.version_of(nothing) is None
    assert code.block(len, (text,), {}, options)["args"] == [text]  # there is no Qiskit
    common.parent.mkdir(parents=True)
    common.write_text("QPY_VERSION = 13\n")
    for argument in (text, [1, {"a": (text,)}], {"b": [data]}):
        assert "version 14" in refused(len, argument, options=options)
    with pytest.raises(NotSendable, match="reads 13 and older"):
        code.sweep(len, [("a",), (text,)], 0, options, pickles=False)
    common.write_text("QPY_VERSION = 14\n")
    assert code.block(len, (text,), {}, options)["args"] == [text]
