"""Sessions: durable mailboxes for results, and what can be submitted into them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Callable

from qtau.client import code
from qtau.client.core import Core
from qtau.client.executor import Executor
from qtau.client.futures import TaskFuture
from qtau.client.mapping import Chunk, MapResults
from qtau.client.options import Options
from qtau.client.results import Result
from qtau.client.tables import SessionState

_LOOK_S = 1.0


class Session:
    """A mailbox at the broker, which outlives this object and this process.

    What is submitted here completes futures, here; when the object is closed or its process ends,
    the tasks go on, and `Client.attach` finds the results that nobody has looked at: the broker
    keeps each until somebody has asked its future for it. Thread-safe; used with `with` it closes
    itself.
    """

    def __init__(self, core: Core, options: Options) -> None:
        self._core = core
        self._options = options

    @property
    def name(self) -> str:
        """Its name, for `attach` and for the command."""
        return self._core.name

    def options(self, **changes: Any) -> Session:
        """Return the same session with other options for its tasks; see `Options`."""
        return Session(self._core, self._options.but(**changes))

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> TaskFuture:
        """Submit one call of a function; when this returns, the broker has it on its disk.

        `NotSendable` is raised for what cannot travel, `TaskRefused` when the broker does not want
        it.
        """
        return self._submit([self._call(function, args, kwargs)])[0]

    def submit_many(
        self, function: Callable[..., Any], arguments: Iterable[Sequence[Any]]
    ) -> list[TaskFuture]:
        """Submit a task for each list of arguments; returns when the broker has all of them."""
        return self._submit([self._call(function, tuple(each), {}) for each in arguments])

    def submit_program(self, argv: Sequence[str], **exec_fields: Any) -> TaskFuture:
        """Submit a program: `argv`, and perhaps `env`, `cwd`, `stdin`. No shell is involved.

        The future's result is a `Result`, with `stdout`, `stderr` and `exit_code`.
        """
        if isinstance(argv, str):
            raise TypeError('argv is a list: ["./vqe", "--step", "17"]')
        block = {"argv": [str(word) for word in argv], **exec_fields}
        return self._submit([{"kind": "exec", "exec": block, **self._options.fields()}])[0]

    def submit_task(self, task: Mapping[str, Any]) -> TaskFuture:
        """Submit a task of any kind, as a line of a task file has it; options are added to it."""
        return self.submit_tasks([task])[0]

    def submit_tasks(self, tasks: Iterable[Mapping[str, Any]]) -> list[TaskFuture]:
        """The same for many; returns when the broker has all of them on its disk."""
        whole = [{**self._options.fields(), **task} for task in tasks]
        for task in whole:
            if "kind" not in task:
                raise ValueError(f"a task has a kind: exec, python, sleep or noop: {task!r}")
        return self._submit(whole)

    def map(
        self,
        function: Callable[..., Any],
        *iterables: Iterable[Any],
        chunk: Chunk = "auto",
        return_exceptions: bool = False,
        progress: bool = False,
        **options: Any,
    ) -> MapResults:
        """Call a function for each item, and iterate over what it returns, in order, lazily.

        One task has many items: as many as run for about half a second, by what earlier ones took,
        or `chunk`. An item that fails raises `TaskFailed` when its turn comes, and ends the
        iteration; with `return_exceptions` it is in the place of the value.
        """
        return MapResults(
            self._core,
            self._options.but(**options) if options else self._options,
            function,
            iterables,
            chunk=chunk,
            return_exceptions=return_exceptions,
            progress=progress,
        )

    def executor(self, **options: Any) -> Executor:
        """Return a `concurrent.futures.Executor` whose tasks go into this session."""
        return Executor(self.options(**options))

    def results(self, timeout: float | None = None) -> Iterator[Result]:
        """Iterate over the results of a session that was attached, as they come, each once.

        It ends when all who submitted have said that they submit no more, and all results are
        taken. A result is acknowledged when the next one is asked for. `TimeoutError` is raised
        when none has come for so many seconds.
        """
        looked = heard = time.monotonic()
        for group in self._core.results():
            now = time.monotonic()
            if group:
                for result in group:
                    yield result
                    self._core.use(result)
                looked = heard = now
            elif now - looked >= _LOOK_S or looked == heard:
                looked = now
                if self.state().done:
                    return
            elif timeout is not None and now - heard > timeout:
                raise TimeoutError(f"no result of session {self.name} for {timeout} s")

    def state(self) -> SessionState:
        """Return how far the session is, by the broker's table."""
        return self._core.state()

    def cancel(
        self,
        futures: Iterable[TaskFuture | str] | None = None,
        *,
        tag: tuple[str, str] | None = None,
    ) -> int:
        """Cancel tasks, by futures, ids or a tag, or else all that the session has now.

        What waits never starts, what runs is ended with all its processes. Return how many waited.
        """
        if futures is None:
            return self._core.steward.cancel(self.name, (), tag)
        ids = [one if isinstance(one, str) else one.task_id for one in futures]
        return self._core.steward.cancel(self.name, ids) if ids else 0

    def close(self) -> None:
        """Say that no more will be submitted, and stop completing futures; tasks go on."""
        self._core.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Session({self.name})"

    def _submit(self, tasks: Sequence[dict[str, Any]], *, wait: bool = True) -> list[TaskFuture]:
        return self._core.submit(tasks, wait=wait)

    def submit_soon(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> TaskFuture:
        """Submit one call and do not wait for the broker: many go in one transaction.

        When the broker does not take it, the future has the exception.
        """
        return self._submit([self._call(function, args, kwargs)], wait=False)[0]

    def _call(
        self, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> dict[str, Any]:
        block = code.block(function, args, kwargs, self._options)
        if self._core.loads_pickles:
            block["returns"] = "pickle"
        return {"kind": "python", "python": block, **self._options.fields()}
