"""What a service leaves in its working directory: `metrics.csv` and `qtau.log`."""

from __future__ import annotations

import csv
import fcntl
import logging
import threading
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from qtau.client import Result, TaskFuture

log = logging.getLogger("qtau.compat")

# The first seven are the earlier QTau's, and all stand in this order in the collector's file too.
_COLUMNS = (
    "task_id",
    "qtau_scheduled",
    "submit_time",
    "wait_time_secs",
    "execution_secs",
    "status",
    "error_msg",
    "name",
)
_FORMULA = ("=", "+", "-", "@")


class Journal:
    """Both files; other programs may append to them at the same time. Thread-safe."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._metrics = directory / "metrics.csv"
        self._lock = threading.Lock()
        self._written: set[str] = set()
        # Of the client, too: it tells of a broker that is away.
        self._handler = logging.FileHandler(directory / "qtau.log", encoding="utf-8")
        self._handler.setFormatter(
            logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
        )
        logging.getLogger("qtau").addHandler(self._handler)
        log.setLevel(logging.INFO)

    def submitted(self, task: TaskFuture, what: str) -> None:
        """Tell of a task, and of its end when it ends."""
        log.info("task %s: submitted %s", task.task_id, what)
        task.add_done_callback(lambda _: self.ended(task))

    def ended(self, task: TaskFuture) -> None:
        """Write the row of a task that has ended, unless it is there."""
        result = task.details
        if result is None:
            return
        with self._lock:
            if result.id in self._written:
                return
            self._written.add(result.id)
            log.info("task %s: %s on %s", result.id, result.status, result.agent or "no agent")
            try:
                self._append(result)
            except OSError as error:  # a task has not failed because its row cannot be kept
                log.warning("task %s is missing in %s: %s", result.id, self._metrics, error)

    def _append(self, result: Result) -> None:
        with open(self._metrics, "a", encoding="utf-8", newline="") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            rows = csv.writer(file)
            if file.seek(0, 2) == 0:
                rows.writerow(_COLUMNS)
            rows.writerow(_row(result))
            file.flush()

    def close(self) -> None:
        """Write no more into the log."""
        logging.getLogger("qtau").removeHandler(self._handler)
        self._handler.close()


def _row(result: Result) -> list[Any]:
    times = result.raw.get("timeline") or {}
    submitted, started = times.get("submitted"), times.get("started")
    by_broker = None if started is None else started + (times.get("offset_us") or 0)
    error = (result.raw.get("error") or {}).get("message")
    return [
        result.id,
        _text(result.pilot),
        None if submitted is None else _instant(submitted),
        _seconds(submitted, by_broker),
        _seconds(started, times.get("ended")),
        result.status,
        _text(error),
        _text(result.name),
    ]


def _text(value: str | None) -> str | None:
    """Return it so that no spreadsheet takes it for a formula."""
    return f"'{value}" if value and value.startswith(_FORMULA) else value


def _instant(micros: int) -> str:
    seconds, part = divmod(micros, 1_000_000)
    whole = datetime.fromtimestamp(seconds, timezone.utc)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{part:06d}Z"


def _seconds(begin: int | None, end: int | None) -> str | None:
    return None if begin is None or end is None else f"{(end - begin) / 1e6:.6f}"
