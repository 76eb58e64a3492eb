"""The code of a task: a function named as ``package.module:function``, or a pickle."""

from __future__ import annotations

import binascii
import sys
from collections.abc import Callable
from typing import Any

from qtau.worker import pickles
from qtau.worker.failure import TaskRefused, interpreter


class Payload:
    """A function with its arguments."""

    __slots__ = ("arguments", "function", "keywords")

    def __init__(self, function: Callable[..., Any], arguments: Any, keywords: Any) -> None:
        self.function = function
        self.arguments = arguments
        self.keywords = keywords

    def run(self) -> Any:
        """Call the function."""
        return self.function(*self.arguments, **self.keywords)


def load(request: dict[str, Any]) -> Payload:
    """Import or unpickle a request's code; `TaskRefused` says what is missing where."""
    call = request.get("call")
    if call is not None:
        return Payload(_function(call), request.get("args") or (), request.get("kwargs") or {})
    pickled = request.get("pickle")
    if pickled is None:
        raise TaskRefused("ValueError", "a python task needs `call` or `pickle`")
    return _unpickled(pickled, request.get("pickled_by") or {})


def import_module(name: str) -> None:
    """Import a module; `TaskRefused` names what is missing, and the interpreter."""
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
        message = f"{error}: importing {name!r} with {interpreter()}"
        raise TaskRefused(type(error).__name__, message) from error


def _function(call: str) -> Callable[..., Any]:
    name, colon, attributes = call.partition(":")
    if not (name and colon and attributes):
        raise TaskRefused("ValueError", f"{call!r} does not read package.module:function")
    import_module(name)
    found: Any = sys.modules[name]
    for attribute in attributes.split("."):
        found = _attribute(found, attribute, call)
    if not callable(found):
        raise TaskRefused("TypeError", f"{call} is a {type(found).__name__}, not a function")
    function: Callable[..., Any] = found
    return function


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


def _unpickled(encoded: str, made_by: dict[str, str]) -> Payload:
    try:
        data = binascii.a2b_base64(encoded)
    except binascii.Error as error:
        message = f"the pickle is not base64: {error}: unpickling with {interpreter()}"
        raise TaskRefused("ValueError", message) from error
    content = pickles.loads(data, made_by)
    if callable(content):
        return Payload(content, (), {})
    if isinstance(content, tuple) and len(content) == 3 and callable(content[0]):
        function, arguments, keywords = content
        return Payload(function, arguments or (), keywords or {})
    kind = type(content).__name__
    message = f"a pickle holds a callable or (function, args, kwargs); this one holds a {kind}"
    raise TaskRefused("TypeError", message)
