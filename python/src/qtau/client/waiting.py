"""Waiting for many futures, with progress."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Iterable, Iterator
from typing import Any

from qtau.client.progress import Progress

Future = concurrent.futures.Future


def wait(
    futures: Iterable[Future[Any]],
    timeout: float | None = None,
    return_when: str = concurrent.futures.ALL_COMPLETED,
    *,
    progress: bool = False,
) -> tuple[set[Future[Any]], set[Future[Any]]]:
    """Wait as `concurrent.futures.wait` does; return what is done, and what is not."""
    all_of_them = list(futures)
    with _shown(all_of_them, progress):
        done, not_done = concurrent.futures.wait(all_of_them, timeout, return_when)
    return done, not_done


def gather(
    futures: Iterable[Future[Any]],
    *,
    return_exceptions: bool = False,
    timeout: float | None = None,
    progress: bool = False,
) -> list[Any]:
    """Return the results of all, in their order.

    The first exception is raised, unless `return_exceptions` puts each into its place.
    """
    all_of_them = list(futures)
    with _shown(all_of_them, progress):
        _, not_done = concurrent.futures.wait(
            all_of_them,
            timeout,
            concurrent.futures.ALL_COMPLETED
            if return_exceptions
            else concurrent.futures.FIRST_EXCEPTION,
        )
    failed = next((f for f in all_of_them if f.done() and _error(f) is not None), None)
    if failed is not None and not return_exceptions:
        return [failed.result()]
    if not_done:
        raise TimeoutError(f"{len(not_done)} of {len(all_of_them)} tasks have not ended in time")
    return [_error(f) or f.result() for f in all_of_them]


def as_completed(
    futures: Iterable[Future[Any]], timeout: float | None = None
) -> Iterator[Future[Any]]:
    """Iterate over futures as they end."""
    return concurrent.futures.as_completed(futures, timeout)


def _error(future: Future[Any]) -> BaseException | None:
    try:
        return future.exception()
    except concurrent.futures.CancelledError as cancelled:
        return cancelled


class _shown:
    """Progress of futures while something waits for them."""

    def __init__(self, futures: list[Future[Any]], progress: bool) -> None:
        self._progress = Progress(len(futures), shown=progress)
        if progress:
            for future in futures:
                future.add_done_callback(self._ended)

    def __enter__(self) -> None:
        return None

    def __exit__(self, *unused: object) -> None:
        self._progress.close()

    def _ended(self, future: Future[Any]) -> None:
        # Not by asking the future: that would be making use of its result.
        details = getattr(future, "details", None)
        self._progress.add(1, failed=details is not None and not details.succeeded)
