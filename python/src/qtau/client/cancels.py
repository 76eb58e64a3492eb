"""Gathers what futures want cancelled, and tells the broker: one order for many."""

from __future__ import annotations

import logging
import threading

from qtau.client.errors import QTauError
from qtau.client.steward import Steward

log = logging.getLogger("qtau")

_AT_ONCE = 1000


class Cancels:
    """Orders of one session, given by a thread that lives while there are some."""

    def __init__(self, session: str, steward: Steward) -> None:
        self._session = session
        self._steward = steward
        self._lock = threading.Lock()
        self._ids: list[str] = []
        self._thread: threading.Thread | None = None

    def add(self, task_id: str) -> None:
        """Have a task cancelled soon."""
        with self._lock:
            self._ids.append(task_id)
            if self._thread is None:
                name = f"qtau-cancel-{self._session}"
                self._thread = threading.Thread(target=self._work, name=name, daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            with self._lock:
                ids, self._ids = self._ids[:_AT_ONCE], self._ids[_AT_ONCE:]
                if not ids:
                    self._thread = None
                    return
            try:
                self._steward.cancel(self._session, ids)
            except QTauError as error:
                log.warning("%d tasks of %s were not cancelled: %s", len(ids), self._session, error)
