"""A client of one broker: the way to sessions."""

from __future__ import annotations

import atexit
import os
from pathlib import Path
from typing import Any

from qtau.amqp.errors import ConnectionLost
from qtau.amqp.wire import Login
from qtau.client import names, place, tables
from qtau.client.core import Core
from qtau.client.dialer import Dialer
from qtau.client.errors import BrokerUnavailable, SessionExists, UnknownSession
from qtau.client.options import Options
from qtau.client.session import Session


class Client:
    """A client. Once connected it waits for a broker that goes away, and loses nothing meanwhile.

    Thread-safe; used with `with` it closes its sessions.
    """

    def __init__(self, dialer: Dialer) -> None:
        self._dialer = dialer
        self._cores: list[Core] = []
        _clients.append(self)

    def session(self, name: str | None = None, *, pickle: bool = False, **options: Any) -> Session:
        """Return a session to submit into: a new one, or with a name perhaps one that is there.

        With `pickle` results come as pickles, and are loaded here: whatever a task returned, as it
        was. Loading a pickle runs what is in it: do that for tasks of your own only.
        """
        new = name is None
        return self._open(names.session(name or names.unguessable()), new, pickle, False, options)

    def new_session(self, name: str, *, pickle: bool = False, **options: Any) -> Session:
        """Return a session that was not there before; `SessionExists` when it was."""
        if self._records(names.session(name)):
            raise SessionExists(f"there is a session {name} already")
        return self._open(name, True, pickle, False, options)

    def attach(
        self, name: str, *, pickle: bool = False, steal: bool = False, **options: Any
    ) -> Session:
        """Return a session that is there, for its `results`; `UnknownSession` when there is none.

        With `steal` whoever takes its results now, in any process, no longer does.
        """
        if not self._records(names.session(name)):
            raise UnknownSession(f"the broker has no record of a session {name}")
        return self._open(name, False, pickle, steal, options)

    def close(self) -> None:
        """Close the sessions that are open; does nothing the second time."""
        cores, self._cores = self._cores, []
        for core in cores:
            core.close()
        if self in _clients:
            _clients.remove(self)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self._dialer!r})"

    def _open(
        self, name: str, new: bool, pickle: bool, steal: bool, options: dict[str, Any]
    ) -> Session:
        chosen = Options().but(**options)
        core = Core(name, self._dialer, is_new=new, loads_pickles=pickle, steals=steal)
        self._cores.append(core)
        return Session(core, chosen)

    def _records(self, session: str) -> dict[str, dict[str, Any]]:
        outage = self._dialer.outage()
        while True:
            try:
                connection = self._dialer.dial()
                try:
                    return tables.records(connection, session)
                finally:
                    connection.close()
            except ConnectionLost as error:
                outage.pause(error)


def connect(
    url: str | None = None,
    *,
    credential: str | os.PathLike[str] | tuple[str, str] | None = None,
    ca: str | os.PathLike[str] | None = None,
    home: str | os.PathLike[str] | None = None,
) -> Client:
    """Connect to a broker: by default to the one that runs with `QTAU_HOME`, or in `~/.qtau`.

    `url` is `tcp://host:port` or `tls://host:port`, `credential` the file that holds
    `user:password`, or both as a pair, `ca` the file of the authority that a broker with TLS has
    its certificate from. What is left out is looked for in `home`, or without one in
    `QTAU_BROKER`, `QTAU_CREDENTIAL` and `QTAU_CA`, then in `QTAU_HOME`.

    `BrokerUnavailable` is raised when none is known or it does not answer now, `CredentialRefused`
    when it does not know the user.
    """
    known = place.Home(os.environ) if home is None else place.Home({}, os.fspath(home))
    endpoint = place.endpoint(url or known.broker(), os.fspath(ca) if ca else known.ca_file())
    if isinstance(credential, tuple):
        login = Login(*credential)
    else:
        login = place.login(Path(credential) if credential else known.credential())
    if endpoint.tls and endpoint.ca_file and not Path(endpoint.ca_file).is_file():
        raise BrokerUnavailable(
            f"the broker has TLS, and the certificate of its authority, {endpoint.ca_file}, is not "
            "there: copy ca.pem of its QTAU_HOME, and say ca=… or set QTAU_CA"
        )
    dialer = Dialer(endpoint, login)
    try:
        dialer.dial().close()
    except ConnectionLost as error:
        raise BrokerUnavailable(f"no broker answers at {dialer!r}: {error}") from error
    return Client(dialer)


_clients: list[Client] = []  # that are not closed


@atexit.register
def _close_all() -> None:
    """Bring what still waits to the broker, and say that no more comes."""
    for client in list(_clients):
        client.close()
