"""Connects, again and again if need be."""

from __future__ import annotations

import logging
import threading
import time

from qtau.amqp.connection import Connection
from qtau.amqp.errors import ConnectionLost, LoginRefused
from qtau.amqp.wire import Endpoint, Login
from qtau.client.errors import BrokerUnavailable, CredentialRefused

log = logging.getLogger("qtau")

_RECONNECT_S = 0.1
_TOLD_AFTER_S = 2.0


class Dialer:
    """Makes connections to one broker, for one user."""

    def __init__(self, endpoint: Endpoint, login: Login) -> None:
        self._endpoint = endpoint
        self._login = login

    def __repr__(self) -> str:
        scheme = "tls" if self._endpoint.tls else "tcp"
        return f"{scheme}://{self._endpoint.host}:{self._endpoint.port}"

    def dial(self) -> Connection:
        """Try once: `ConnectionLost` when the broker does not answer."""
        try:
            return Connection(self._endpoint, self._login)
        except LoginRefused as error:
            raise CredentialRefused(
                f"the broker at {self!r} refuses this credential; the right one is in "
                "QTAU_HOME/credential of the account that runs it"
            ) from error

    def outage(self, patience_s: float | None = None) -> Outage:
        """Return the patience of one call with a broker that is away; None is for ever."""
        return Outage(repr(self), patience_s)


class Outage:
    """How long a broker has been away from one caller."""

    def __init__(self, where: str, patience_s: float | None) -> None:
        self._where = where
        self._patience_s = patience_s
        self._since: float | None = None
        self._told = False

    def pause(self, error: Exception, stop: threading.Event | None = None) -> None:
        """Wait a little before the next try; `BrokerUnavailable` when the patience is over."""
        now = time.monotonic()
        if self._since is None:
            self._since = now
        away = now - self._since
        if self._patience_s is not None and away >= self._patience_s:
            raise BrokerUnavailable(
                f"the broker at {self._where} does not answer: {error}"
            ) from error
        if away >= _TOLD_AFTER_S and not self._told:
            self._told = True
            log.warning("the broker at %s is away (%s); waiting for it", self._where, error)
        if stop is None:
            time.sleep(_RECONNECT_S)
        else:
            stop.wait(_RECONNECT_S)


__all__ = ["ConnectionLost", "Dialer", "Outage"]
