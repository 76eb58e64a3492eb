"""The broker's table of sessions, as far as one session goes."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any

from qtau.amqp.connection import Connection
from qtau.amqp.message import Message

log = logging.getLogger("qtau")

SESSIONS = "qtau.session"
_KEY = "record"
_AT_A_TIME = 1000


@dataclass(frozen=True)
class SessionState:
    """How far a session is.

    `accepted` tasks were brought in by `writers`, of which all have said that they submit no more
    when it is `sealed`; `taken` results were read, `not_successful` of them. A session that is
    `fed_by_foreign` clients only keeps no count.
    """

    session: str
    accepted: int
    taken: int
    not_successful: int
    writers: int
    sealed: bool
    fed_by_foreign: bool

    @property
    def open(self) -> int:
        """Tasks whose results have not been taken: queued, running, or waiting to be read."""
        return max(0, self.accepted - self.taken)

    @property
    def done(self) -> bool:
        """Whether every result that will ever come has been taken."""
        return self.sealed and self.open == 0


def state(session: str, records: dict[str, dict[str, Any]]) -> SessionState:
    """Sum up a session's records."""
    sent = [line for key, line in records.items() if key.startswith(f"{session}/sent/")]
    read = records.get(f"{session}/read", {})
    return SessionState(
        session,
        sum(line["accepted"] for line in sent),
        read.get("taken", 0),
        read.get("not_successful", 0),
        len(sent),
        bool(sent) and all(line["sealed"] for line in sent),
        bool(records) and not sent,
    )


def records(connection: Connection, session: str) -> dict[str, dict[str, Any]]:
    """Return all records of a session by their keys; none when there is no such session."""
    # In a LIKE pattern an underscore stands for any character.
    pattern = session.replace("_", "\\_")
    return _browse(connection, f"{_KEY} LIKE '{pattern}/%' ESCAPE '\\'")


def record(connection: Connection, key: str) -> dict[str, Any] | None:
    """Return the record of a key."""
    return _browse(connection, f"{_KEY} = '{key}'").get(key)


def rows(connection: Connection, table: str) -> list[dict[str, Any]]:
    """Return all rows of a table."""
    return [row for _, row in _read(connection, table, None)]


def _browse(connection: Connection, selector: str) -> dict[str, dict[str, Any]]:
    return {
        str(message.properties[_KEY]): row
        for message, row in _read(connection, SESSIONS, selector)
        if _KEY in message.properties
    }


def _read(
    connection: Connection, table: str, selector: str | None
) -> list[tuple[Message, dict[str, Any]]]:
    receiver = connection.receiver(table, _AT_A_TIME, selector=selector, browse=True)
    found = []
    for message in receiver.drain():
        try:
            found.append((message, json.loads(message.body)))
        except ValueError as error:
            log.warning("a record of %s cannot be read: %s", table, error)
    receiver.close()
    return found
