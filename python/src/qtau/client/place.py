"""Where a client finds its broker, and what it logs in with.

`QTAU_BROKER`, `QTAU_CREDENTIAL` and `QTAU_CA` (two files) say it, or, for what is not set,
`broker.json`, `credential` and `ca.pem` in `$QTAU_HOME` or `~/.qtau`.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from qtau.amqp.wire import Endpoint, Login
from qtau.client.errors import BrokerUnavailable, CredentialRefused


def endpoint(url: str, ca_file: str | None) -> Endpoint:
    """Read `tcp://host:port`, `tls://host:port` or `tls://host:port?as=name`."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    tls = parts.scheme == "tls"
    good = (
        parts.scheme in ("tcp", "tls")
        and parts.hostname
        and port
        and parts.path == ""
        and parts.username is None
        and (not query or (tls and query.keys() == {"as"}))
    )
    if not good or parts.hostname is None or port is None:
        shown = url if parts.username is None else f"{parts.scheme}://…"
        raise ValueError(f"{shown!r} is not a broker's URL: tcp://host:port or tls://host:port")
    return Endpoint(parts.hostname, port, tls, query.get("as"), ca_file if tls else None)


def login(file: Path) -> Login:
    """Read a file that holds `user:password`; what is in it is in no message."""
    try:
        others = stat.S_IMODE(file.stat().st_mode) & 0o077
        text = file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise CredentialRefused(f"no credential: {file}: {error.strerror}") from error
    if others and os.name == "posix":
        raise CredentialRefused(f"the credential {file} is open to others: chmod 600 it")
    user, colon, password = text.partition(":")
    if not (user and colon and password) or "\n" in text:
        raise CredentialRefused(f"the credential {file} does not hold 'user:password'")
    return Login(user, password)


class Home:
    """A directory with what a running broker has left there, and the variables that go before."""

    def __init__(self, environment: Mapping[str, str], directory: str | None = None) -> None:
        self._environment = environment
        self._directory = Path(
            directory or environment.get("QTAU_HOME") or Path.home() / ".qtau"
        ).expanduser()

    def broker(self) -> str:
        """Return the broker's URL."""
        return self._environment.get("QTAU_BROKER") or self._running()

    def ca_file(self) -> str:
        """Return the file of the authority that the broker's certificate comes from."""
        return self._environment.get("QTAU_CA") or str(self._directory / "ca.pem")

    def credential(self) -> Path:
        """Return the file of the owner's credential."""
        return Path(self._environment.get("QTAU_CREDENTIAL") or self._directory / "credential")

    def _running(self) -> str:
        file = self._directory / "broker.json"
        try:
            return str(json.loads(file.read_bytes())["url"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BrokerUnavailable(
                f"no broker is known: QTAU_BROKER is not set, and {file} cannot be read. "
                "`qtau broker start` starts one"
            ) from error
