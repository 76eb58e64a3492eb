"""The code of a task: a function named as ``package.module:function``, or a pickle."""

from __future__ import annotations

import binascii
import sys
from collections.abc import Callable
from typing import Any

from qtau.worker.failure import TaskRefused


class Payload:
    """A function with its arguments; `pickled` says whether the value may be a pickle too."""

    __slots__ = ("arguments", "function", "keywords", "pickled")

    def __init__(
        self,
        function: Callable[..., Any],
        arguments: Any,
        keywords: Any,
        pickled: bool,
    ) -> None:
        self.function = function
        self.arguments = arguments
        self.keywords = keywords
        self.pickled = pickled

    def run(self) -> Any:
        """Call the function."""
        return self.function(*self.arguments, **self.keywords)


def load(request: dict[str, Any]) -> Payload:
    """Import or unpickle a request's code; `TaskRefused` says what is missing where."""
    call = request.get("call")
    if call is not None:
        function = _function(call)
        return Payload(function, request.get("args") or (), request.get("kwargs") or {}, False)
    pickled = request.get("pickle")
    if pickled is None:
        raise TaskRefused("ValueError", "a python task needs `call` or `pickle`")
    return _unpickled(pickled)


def dump(value: object) -> bytes:
    """Return a value as a base64 pickle; cloudpickle's where there is one."""
    try:
        import cloudpickle as pickle
    except ImportError:
        import pickle
    return binascii.b2a_base64(pickle.dumps(value), newline=False)


def _function(call: str) -> Callable[..., Any]:
    name, colon, attributes = call.partition(":")
    if not (name and colon and attributes):
        raise TaskRefused("ValueError", f"{call!r} does not read package.module:function")
    _import(name)
    found: Any = sys.modules[name]
    for attribute in attributes.split("."):
        found = _attribute(found, attribute, call)
    if not callable(found):
        raise TaskRefused("TypeError", f"{call} is a {type(found).__name__}, not a function")
    function: Callable[..., Any] = found
    return function


def _import(name: str) -> None:
    if name in sys.modules:
        return
    import importlib

    importlib.invalidate_caches()  # the module may be younger than the listing of its directory
    try:
        __import__(name)
    except SyntaxError as error:
        where = f"{error.filename}, line {error.lineno}"
        raise TaskRefused(type(error).__name__, f"{error.msg} ({where})") from error
    except ImportError as error:
        message = f"{error}: importing {name!r} with {_interpreter()}"
        raise TaskRefused(type(error).__name__, message) from error


def _attribute(owner: Any, name: str, call: str) -> Any:
    try:
        return getattr(owner, name)
    except AttributeError:
        import difflib

        near = difflib.get_close_matches(name, dir(owner), 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        origin = getattr(owner, "__file__", None) or getattr(owner, "__name__", owner)
        message = f"{call}: there is no {name!r} in {origin}{hint}"
        raise TaskRefused("AttributeError", message) from None


def _unpickled(encoded: str) -> Payload:
    import pickle

    try:
        content = pickle.loads(binascii.a2b_base64(encoded))
    except Exception as error:
        raise TaskRefused(type(error).__name__, _unpickling_message(error)) from error
    if callable(content):
        return Payload(content, (), {}, True)
    if isinstance(content, tuple) and len(content) == 3 and callable(content[0]):
        function, arguments, keywords = content
        return Payload(function, arguments or (), keywords or {}, True)
    kind = type(content).__name__
    message = f"a pickle holds a callable or (function, args, kwargs); this one holds a {kind}"
    raise TaskRefused("TypeError", message)


def _unpickling_message(error: Exception) -> str:
    missing = getattr(error, "name", None) if isinstance(error, ModuleNotFoundError) else None
    if missing is not None and missing.partition(".")[0] == "cloudpickle":
        return (
            f"this payload needs cloudpickle, which {_interpreter()} does not have: "
            f"{sys.executable} -m pip install cloudpickle"
        )
    return f"{error}: unpickling with {_interpreter()}"


def _interpreter() -> str:
    version = ".".join(map(str, sys.version_info[:3]))
    return f"{sys.executable} (Python {version})"
