"""A connection with transactions, and its senders by their addresses."""

from __future__ import annotations

from qtau.amqp.connection import Connection
from qtau.amqp.links import Delivery, Sender
from qtau.amqp.transactions import Transactions


class Transacted:
    """One connection of a writer or a reader. It belongs to one thread."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.transactions = Transactions(connection)
        self._senders: dict[str, Sender] = {}

    def send(self, address: str, encoded: bytes, transaction: bytes) -> Delivery:
        """Send in a transaction; `Refused` when the address is not there for us."""
        sender = self._senders.get(address)
        if sender is None or sender.error is not None:
            sender = self.connection.sender(address)
            self._senders[address] = sender
        return sender.send(encoded, transaction)

    def settled(self, delivery: Delivery) -> Delivery:
        """Return the delivery when the broker has said what becomes of it."""
        if not delivery.settled:
            self.connection.wait(lambda: delivery.settled)
        return delivery
