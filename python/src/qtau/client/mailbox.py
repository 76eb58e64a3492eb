"""The futures of a session object, and the thread that completes them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable

from qtau.client.errors import SessionClosed
from qtau.client.futures import TaskFuture
from qtau.client.reader import Reader
from qtau.client.results import Result

log = logging.getLogger("qtau")

_CLOSE_S = 3.0


class Mailbox:
    """Futures by the ids of their tasks. Thread-safe."""

    def __init__(self, session: str, reader: Reader) -> None:
        self._session = session
        self._reader = reader
        self._lock = threading.Lock()
        self._futures: dict[str, TaskFuture] = {}
        self._failure: BaseException | None = None
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()

    def expect(self, futures: Iterable[TaskFuture]) -> None:
        """Complete these when their results come."""
        with self._lock:
            if self._failure is not None:
                raise self._failure
            self._futures.update((future.task_id, future) for future in futures)

    def forget(self, futures: Iterable[TaskFuture]) -> None:
        """Expect these no longer: the broker does not have their tasks."""
        with self._lock:
            for future in futures:
                self._futures.pop(future.task_id, None)

    def open(self) -> None:
        """Read from now on: the session is there."""
        if self._thread is None:
            with self._lock:
                if self._thread is None and not self._stop.is_set():
                    name = f"qtau-results-{self._session}"
                    self._thread = threading.Thread(target=self._work, name=name, daemon=True)
                    self._thread.start()

    def close(self) -> None:
        """Stop reading, and give up the futures that are left."""
        self._stop.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(_CLOSE_S)
        self._give_up(
            SessionClosed(
                f"the session object was closed; the result will be in the session {self._session}"
            )
        )

    def _work(self) -> None:
        try:
            for group in self._reader.groups(self._stop):
                for result in group:
                    self._complete(result)
        except BaseException as error:  # whoever waits has to hear of it
            self._give_up(error)

    def _complete(self, result: Result) -> None:
        with self._lock:
            future = self._futures.pop(result.id, None)
        if future is None:
            log.warning("session %s has a result of %s again", self._session, result.id)
            return
        future.complete(result)

    def _give_up(self, error: BaseException) -> None:
        with self._lock:
            self._failure = self._failure or error
            futures = list(self._futures.values())
            self._futures.clear()
        for future in futures:
            if not future.done():
                future.set_exception(error)
