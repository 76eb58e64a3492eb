"""Progress of many tasks: a bar on a terminal where `tqdm` is installed, else lines."""

from __future__ import annotations

import sys
import threading
import time
from typing import Any

_LINE_S = 10.0


class Progress:
    """Counts what has ended. Thread-safe; shows nothing unless it is `shown`."""

    def __init__(self, total: int | None, *, shown: bool) -> None:
        self._total = total
        self._shown = shown
        self._done = self._failed = 0
        self._began = self._told = time.monotonic()
        self._lock = threading.Lock()
        self._bar: Any = _bar(total) if shown else None
        self._closed = False

    def add(self, count: int, *, failed: bool = False) -> None:
        """So many more have ended."""
        with self._lock:
            self._done += count
            self._failed += count if failed else 0
            if not self._shown or self._closed:
                return
            if self._bar is not None:
                if self._failed:
                    self._bar.set_postfix_str(f"{self._failed} failed", refresh=False)
                self._bar.update(count)
            elif time.monotonic() - self._told >= _LINE_S:
                self._tell()

    def close(self) -> None:
        """Show the end; does nothing the second time."""
        with self._lock:
            if self._closed or not self._shown:
                return
            self._closed = True
            if self._bar is not None:
                self._bar.close()
            else:
                self._tell()

    def _tell(self) -> None:
        self._told = time.monotonic()
        whole = "" if self._total is None else f"/{self._total}"
        failed = f", {self._failed} failed" if self._failed else ""
        rate = self._done / max(1e-9, self._told - self._began)
        print(f"qtau: {self._done}{whole} done{failed}, {rate:.0f}/s", file=sys.stderr, flush=True)


def _bar(total: int | None) -> Any:
    if not (sys.stderr.isatty() or "ipykernel" in sys.modules):
        return None
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    return tqdm(total=total, desc="qtau", unit="task")
