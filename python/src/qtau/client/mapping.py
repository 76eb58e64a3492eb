"""One function over many items: tasks of several items each, results in order."""

from __future__ import annotations

import itertools
import operator
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Callable, Literal, Union

from qtau.client import code, swept, tables
from qtau.client.core import Core
from qtau.client.errors import QTauError
from qtau.client.futures import TaskFuture
from qtau.client.options import Options
from qtau.client.progress import Progress
from qtau.client.sizes import Sizes

Chunk = Union[int, Literal["auto"]]

_AHEAD = 4  # tasks for each slot that are on their way
_BUFFERED = 10_000  # items whose results nobody has asked for
_SLOTS = 4  # where no pilot is there to ask


class Part:
    """The items of one task."""

    def __init__(self, first: int, count: int) -> None:
        self.first = first
        self.count = count
        self.future: TaskFuture | None = None


class MapResults(Iterator[Any]):
    """The results of a `map`. A thread of its own submits, and keeps some tasks ahead.

    Who does not want all of them says so with `close`, or uses it with `with`.
    """

    def __init__(
        self,
        core: Core,
        options: Options,
        function: Callable[..., Any],
        iterables: Sequence[Iterable[Any]],
        *,
        chunk: Chunk,
        return_exceptions: bool,
        progress: bool,
    ) -> None:
        if not iterables:
            raise TypeError("map needs something to map over")
        if chunk != "auto" and (not isinstance(chunk, int) or chunk < 1):
            raise ValueError(f'chunk is "auto" or how many items a task has, not {chunk!r}')
        self._core = core
        self._options = options
        self._function = function
        self._items = zip(*iterables)
        self._left = _length(iterables)
        self._chunk = chunk
        self._return_exceptions = return_exceptions
        self._progress = Progress(self._left, shown=progress)
        self._changed = threading.Condition()
        self._parts: deque[Part] = deque()
        self._sent = self._running = self._buffered = 0
        self._all_sent = False
        self._stopped = False
        self._failure: BaseException | None = None
        self._ready: deque[Any] = deque()
        self._end: float | None = None
        self._sizes = Sizes(1)
        self._feeder = threading.Thread(target=self._feed, name="qtau-map", daemon=True)
        self._feeder.start()

    def within(self, timeout: float) -> MapResults:
        """Raise `TimeoutError` when all results are not there so many seconds from now."""
        self._end = time.monotonic() + timeout
        return self

    def close(self) -> None:
        """Send no more, and cancel what was sent and has not ended."""
        with self._changed:
            self._stopped = True
            futures = [part.future for part in self._parts if part.future is not None]
            self._changed.notify_all()
        for future in futures:
            future.cancel()
        self._progress.close()

    def __iter__(self) -> MapResults:
        return self

    def __next__(self) -> Any:
        while not self._ready:
            part = self._next_part()
            if part is None:
                self._progress.close()
                raise StopIteration
            self._ready.extend(self._values(part))
        value = self._ready.popleft()
        with self._changed:
            self._buffered -= 1
            self._changed.notify_all()
        if isinstance(value, BaseException) and not self._return_exceptions:
            self.close()
            raise value
        return value

    def __enter__(self) -> MapResults:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def _next_part(self) -> Part | None:
        with self._changed:
            while True:
                first = self._parts[0] if self._parts else None
                if first is not None and first.future is not None and first.future.done():
                    return self._parts.popleft()
                if first is None and self._failure is not None:
                    raise self._failure
                if first is None and (self._all_sent or self._stopped):
                    return None
                left = None if self._end is None else self._end - time.monotonic()
                if left is not None and left <= 0:
                    raise TimeoutError("the results are not all there in time")
                self._changed.wait(left)

    def _values(self, part: Part) -> list[Any]:
        future = part.future
        assert future is not None
        details = future.details
        if future.cancelled():
            future.result()
        future.use()
        if details is None:  # nothing came: the session was closed, or the broker refused
            error = future.exception()
            assert error is not None
            return [error] * part.count
        return swept.values_of(details, part.count, part.first)

    def _feed(self) -> None:
        try:
            self._sizes = Sizes(self._slots(), self._options.fields().get("timeout_s"))
            limit = self._sizes.slots * _AHEAD
            while self._room(limit):
                if not self._send():
                    break
        except BaseException as error:  # also what the caller's own items raise
            self._failure = error
        with self._changed:
            self._all_sent = True
            self._changed.notify_all()

    def _room(self, limit: int) -> bool:
        """Wait until more may be sent; false when no more is wanted."""
        with self._changed:
            while not self._stopped and (
                self._running >= (limit if self._learnt() else self._sizes.slots)
                or self._buffered >= _BUFFERED
            ):
                self._changed.wait()
            return not self._stopped

    def _learnt(self) -> bool:
        return self._chunk != "auto" or self._sizes.known

    def _send(self) -> bool:
        """Send one more task; false when there are no more items."""
        size = self._sizes.next(self._left) if self._chunk == "auto" else int(self._chunk)
        items = list(itertools.islice(self._items, size))
        if not items:
            return False
        with self._changed:
            first = self._sent
            part = Part(first, len(items))
            self._sent += len(items)
            self._parts.append(part)
            self._running += 1
            self._buffered += len(items)
        if self._left is not None:
            self._left -= len(items)
        task = {"kind": "python", **self._code(items, first)}
        fields = self._options.fields()
        fields.pop("seed", None)  # each item has its own
        (future,) = self._core.submit([{**fields, **task}], wait=False)
        part.future = future
        future.add_done_callback(lambda _: self._ended(part, future))
        return True

    def _code(self, items: list[tuple[Any, ...]], first: int) -> dict[str, Any]:
        pickles = self._core.loads_pickles
        return code.sweep(self._function, items, first, self._options, pickles=pickles)

    def _ended(self, part: Part, future: TaskFuture) -> None:
        details = future.details
        with self._changed:
            if details is not None and details.seconds is not None:
                waited = (details.raw.get("usage") or {}).get("env_import_s") or 0.0
                self._sizes.learn(
                    part.count, max(0.0, details.seconds - waited), details.size_bytes
                )
            self._running -= 1
            self._changed.notify_all()
        self._progress.add(part.count, failed=details is None or not details.succeeded)

    def _slots(self) -> int:
        """Return how many tasks of this kind the pilots run at once."""
        try:
            connection = self._core.dialer.dial()
        except QTauError:
            raise
        except Exception:
            return _SLOTS  # the broker is away just now; the writer waits for it
        try:
            agents = tables.rows(connection, "qtau.pilot.state")
        finally:
            connection.close()
        cores = self._options.all_resources().get("cores", 1)
        if cores == "all":
            return len(agents) or _SLOTS
        milli = sum(int(agent.get("milli_cores", 0)) for agent in agents)
        return int(milli / 1000 / cores) or _SLOTS


def _length(iterables: Sequence[Iterable[Any]]) -> int | None:
    lengths = [operator.length_hint(each, -1) for each in iterables]
    known = [length for length in lengths if length >= 0]
    return min(known) if known else None
