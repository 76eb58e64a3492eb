"""QTau as an executor of `concurrent.futures`: for code that takes one."""

from __future__ import annotations

import concurrent.futures
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Callable

from qtau.client.futures import TaskFuture

if TYPE_CHECKING:
    from qtau.client.session import Session


class Executor(concurrent.futures.Executor):
    """Submits without waiting for the broker: `shutdown` waits for all that was submitted."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._futures: set[concurrent.futures.Future[Any]] = set()
        self._shut = False

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> TaskFuture:
        """Submit one call; a future that the broker does not take has the exception."""
        with self._lock:
            if self._shut:
                raise RuntimeError("cannot schedule new futures after shutdown")
        future = self._session.submit_soon(function, *args, **kwargs)
        with self._lock:
            self._futures.add(future)
        future.add_done_callback(self._forget)
        return future

    def map(
        self,
        fn: Callable[..., Any],
        *iterables: Iterable[Any],
        timeout: float | None = None,
        chunksize: int = 0,
    ) -> Iterator[Any]:
        """Call a function for each item; `chunksize` 0 is by measured run times."""
        results = self._session.map(fn, *iterables, chunk=chunksize or "auto")
        return results if timeout is None else results.within(timeout)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls; with `wait` return when all futures are done."""
        with self._lock:
            self._shut = True
            futures = set(self._futures)
        if cancel_futures:
            for future in futures:
                future.cancel()
        if wait:
            concurrent.futures.wait(futures)

    def _forget(self, future: concurrent.futures.Future[Any]) -> None:
        with self._lock:
            self._futures.discard(future)
