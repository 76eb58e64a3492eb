"""The end of the agent: a worker must not outlive it, not even inside a long task."""

from __future__ import annotations

import _thread
import os
import select
import signal
import time

EXIT_ORPHANED = 70
QUIET_THREAD = "qtau-hangup"
_LEAVE_SECONDS = 5.0


class HangUp:
    """Ends this process when the other side of the stream goes away.

    One thread sleeps in poll(2), asking for hang-up only, so a task costs two assignments. Its
    order (`seen`, then `_running`) mirrors that of `task_begins` (`_running`, then `seen`): at
    least one of the two sides notices. Idle, the serving loop reads the end of the stream and
    leaves by itself; threads that a task left behind may hold it up for a few seconds only.

    A C function that keeps the interpreter lock keeps this thread from ending the process until
    it lets go.
    """

    def __init__(self, descriptor: int) -> None:
        self.seen = False
        self._running = False
        self._descriptor = descriptor

    def watch(self) -> None:
        """Start watching; the thread is none of `threading`'s and delays no exit."""
        _thread.start_new_thread(self._wait, ())

    def task_begins(self) -> bool:
        """Return False when the agent is gone and the task must not start."""
        self._running = True
        return not self.seen

    def task_ends(self) -> None:
        """From here on the end of the stream is an ordinary end."""
        self._running = False

    def _wait(self) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # they are the task's
        _name_thread()
        poll = select.poll()
        poll.register(self._descriptor, getattr(select, "POLLRDHUP", 0))
        poll.poll()
        self.seen = True
        if not self._running:
            time.sleep(_LEAVE_SECONDS)
        _end_process()


def _name_thread() -> None:
    """Tell whoever looks at the threads of this process that this one is not the task's."""
    try:
        with open("/proc/thread-self/comm", "w", encoding="ascii") as comm:
            comm.write(QUIET_THREAD)
    except OSError:
        return  # a kernel without it: nobody looks either


def _end_process() -> None:
    """End at once, together with what the task started where the worker leads its own group."""
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(EXIT_ORPHANED)
