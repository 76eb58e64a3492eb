"""The block `python` of a task: how a function and its arguments get into a worker.

By name, with JSON arguments, when the function can be imported and the arguments are what JSON
holds as it is; else as a pickle, in which functions of modules still go by name.
"""

from __future__ import annotations

import base64
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Callable

from qtau import sending
from qtau.client import origin, versions
from qtau.client.faithful import is_faithful
from qtau.client.options import OWN, Options
from qtau.worker.items import Items

_by_value = threading.Lock()


def block(
    function: Callable[..., Any],
    arguments: Sequence[Any],
    keywords: Mapping[str, Any],
    options: Options,
) -> dict[str, Any]:
    """Return the block for one call; `NotSendable` says what cannot travel, and what to do."""
    _require_callable(function)
    versions.check_qpy([arguments, keywords], _environment(options))
    name = None if options.by == "value" else origin.name_of(function)
    args, kwargs = list(arguments), dict(keywords)
    if name is not None and is_faithful(args) and is_faithful(kwargs):
        code: dict[str, Any] = {"call": name}
        if args:
            code["args"] = args
        if kwargs:
            code["kwargs"] = kwargs
        return _surrounded(code, [name.partition(":")[0]], options)
    _require_name(name, function, options)
    return _pickled(function, tuple(args), kwargs, options)


def sweep(
    function: Callable[..., Any],
    items: Sequence[tuple[Any, ...]],
    first: int,
    options: Options,
    *,
    pickles: bool,
) -> dict[str, Any]:
    """Return the fields of a task that calls a function for each item; `first` is its place.

    With a seed each item has one by its place, so that it does not matter which task it is in. With
    `pickles` what it returns is one, beside the JSON.
    """
    _require_callable(function)
    versions.check_qpy(items, _environment(options))
    name = None if options.by == "value" else origin.name_of(function)
    returns = {"returns": "pickle"} if pickles else {}
    if options.seed is None and all(map(_is_plain, items)) and name is not None:
        code = _surrounded({"call": name}, [name.partition(":")[0]], options)
        return {"python": {**code, **returns}, "sweep": [list(item) for item in items]}
    _require_name(name, function, options)
    whole = Items(function, list(items), options.seed, first)
    places = [[place] for place in range(len(items))]
    return {"python": {**_pickled(whole, (), {}, options), **returns}, "sweep": places}


def _is_plain(item: tuple[Any, ...]) -> bool:
    return is_faithful(list(item))


def _require_callable(function: Any) -> None:
    if not callable(function):
        raise TypeError(f"{function!r} is no function; submit(f, x), not submit(f(x))")


def _require_name(name: str | None, function: Any, options: Options) -> None:
    if options.by == "name" and name is None:
        raise sending.NotSendable(
            f"{function!r} has no name that a worker could import it by: define it in a module"
        )


def _pickled(
    function: Any, arguments: tuple[Any, ...], keywords: dict[str, Any], options: Options
) -> dict[str, Any]:
    with _modules_by_value(function, options):
        code = sending.pickled(function, *arguments, **keywords)
    data = base64.b64decode(code["pickle"])
    versions.check(data, code["pickled_by"], _environment(options))
    return _surrounded(code, sorted(sending.modules(data)), options)


def _innermost(function: Any) -> Any:
    """Return the user's own function: `Items` is a worker's."""
    return function.function if isinstance(function, Items) else function


@contextmanager
def _modules_by_value(function: Any, options: Options) -> Iterator[None]:
    """Let a module's functions go as code although they have names."""
    module = sys.modules.get(getattr(_innermost(function), "__module__", ""))
    if options.by != "value" or module is None or module.__name__ == "__main__":
        yield
        return
    import cloudpickle

    with _by_value:
        cloudpickle.register_pickle_by_value(module)
        try:
            yield
        finally:
            cloudpickle.unregister_pickle_by_value(module)


def _surrounded(code: dict[str, Any], modules: Sequence[str], options: Options) -> dict[str, Any]:
    own = [] if options.by == "value" else origin.directories(modules)
    path = [*options.path, *(place for place in own if place not in options.path)]
    fields = {
        "env": _environment(options),
        "path": path,
        "isolation": options.isolation,
        "preload": list(options.preload),
    }
    return {**code, **{name: value for name, value in fields.items() if value}}


def _environment(options: Options) -> Any:
    return origin.environment() if options.env == OWN else options.env
