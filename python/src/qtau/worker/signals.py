"""Signal handlers, the signal mask and interval timers, put back after each task.

Where nothing has changed this takes a few µs: the functions of `_signal` give numbers of what
`signal` makes enumerations of. A handler that C code has installed is not seen.
"""

from __future__ import annotations

import _signal
import faulthandler
import signal
from operator import is_

_NUMBERS = sorted(map(int, signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}))
_TIMERS = (_signal.ITIMER_REAL, _signal.ITIMER_VIRTUAL, _signal.ITIMER_PROF)


class Signals:
    """What they were when this was made."""

    def __init__(self) -> None:
        self._handlers = [_signal.getsignal(number) for number in _NUMBERS]
        self._mask = _mask()

    def restore(self) -> None:
        """Put everything back; signals that a task has blocked and that have come are dropped."""
        for timer in _TIMERS:
            _signal.setitimer(timer, 0)
        _signal.set_wakeup_fd(-1)
        masked = _mask() != self._mask
        if masked:
            for number in signal.sigpending():
                signal.signal(number, signal.SIG_IGN)
        if not all(map(is_, map(_signal.getsignal, _NUMBERS), self._handlers)):
            self._restore_handlers()
        if masked:
            signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)

    def _restore_handlers(self) -> None:
        traced = faulthandler.is_enabled()
        if traced:
            faulthandler.disable()  # its handlers may have been replaced by the task's
        for number, handler in zip(_NUMBERS, self._handlers):
            if handler is not None and _signal.getsignal(number) is not handler:
                signal.signal(number, handler)
        if traced:
            faulthandler.enable(2, all_threads=False)


def _mask() -> set[int]:
    blocked: set[int] = _signal.pthread_sigmask(signal.SIG_BLOCK, ())
    return blocked
