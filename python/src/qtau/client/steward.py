"""Orders to the broker's steward, and its answers."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from qtau.amqp.connection import Connection
from qtau.amqp.errors import ConnectionLost, Refused
from qtau.client import names, outgoing
from qtau.client.dialer import Dialer
from qtau.client.errors import BrokerUnavailable, CredentialRefused

_ADDRESS = "qtau.control.steward"
_ANSWERS = "qtau.answer"
_PATIENCE_S = 300.0


class Steward:
    """Gives orders over a connection of its own. One whose fate is open is given once more."""

    def __init__(self, dialer: Dialer) -> None:
        self._dialer = dialer

    def cancel(
        self, session: str, ids: Sequence[str] = (), tag: tuple[str, str] | None = None
    ) -> int:
        """Cancel tasks of a session, all if none are named; return how many waited in lanes."""
        order: dict[str, Any] = {"session": session, "ids": list(ids)}
        if tag is not None:
            order["tag"], order["value"] = tag
        return int(self._ask("qtau_cancel", order)["queued"])

    def end_reader(self, session: str) -> None:
        """End the connection of whoever reads a session's results."""
        self._ask("qtau_steal", {"session": session})

    def _ask(self, token_property: str, order: dict[str, Any]) -> dict[str, Any]:
        token = names.unguessable()
        encoded = outgoing.order(token_property, {"token": token, **order})
        outage = self._dialer.outage()
        while True:
            connection: Connection | None = None
            try:
                connection = self._dialer.dial()
                return self._asked(connection, token, encoded)
            except ConnectionLost as error:
                outage.pause(error)
            except Refused as error:
                raise CredentialRefused(
                    f"the broker lets its owner do this, not this user: {error}"
                ) from error
            finally:
                if connection is not None:
                    connection.close()

    def _asked(self, connection: Connection, token: str, encoded: bytes) -> dict[str, Any]:
        answers = connection.receiver(_ANSWERS, 10, selector=f"answer LIKE '{token}%'")
        delivery = connection.sender(_ADDRESS).send(encoded)
        connection.wait(lambda: delivery.settled)
        refusal = delivery.refusal()
        if refusal is not None:
            raise refusal
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            for _, message in answers.take(1.0):
                answer: dict[str, Any] = json.loads(message.body)
                return answer
        raise BrokerUnavailable(
            f"the broker has the order, and has not answered for {_PATIENCE_S:.0f} s"
        )
