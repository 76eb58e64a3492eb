"""Transactions of one connection: sends and acceptances that happen together or not at all."""

from __future__ import annotations

from qtau.amqp import performatives as amqp
from qtau.amqp import types
from qtau.amqp.connection import Connection
from qtau.amqp.errors import Refused
from qtau.amqp.links import Delivery

_VALUE = 0x77


class Transactions:
    """Begins and ends transactions, one at a time. The next one is asked for beforehand."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._link = connection.coordinator()
        self._declared: Delivery | None = None

    def begin(self) -> bytes:
        """Return the name of a new transaction."""
        declared = self._declared or self._declare()
        self._declared = None
        self._settle(declared)
        name: bytes = amqp.field(declared.state.value, 0)
        return name

    def commit(self, transaction: bytes) -> None:
        """Return when all of it has happened; `Refused` when nothing of it has."""
        self._discharge(transaction, fail=False)

    def roll_back(self, transaction: bytes) -> None:
        """Return when nothing of it has happened."""
        self._discharge(transaction, fail=True)

    def _declare(self) -> Delivery:
        return self._link.send(types.described(_VALUE, types.composite(amqp.DECLARE)))

    def _discharge(self, transaction: bytes, *, fail: bool) -> None:
        body = types.composite(amqp.DISCHARGE, types.binary(transaction), types.boolean(fail))
        discharged = self._link.send(types.described(_VALUE, body))
        self._declared = self._declare()
        self._settle(discharged)

    def _settle(self, delivery: Delivery) -> None:
        self._connection.wait(lambda: delivery.settled or self._link.error is not None)
        refusal: Refused | None = delivery.refusal() if delivery.settled else self._link.error
        if refusal is not None:
            raise refusal
