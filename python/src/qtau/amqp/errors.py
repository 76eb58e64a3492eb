"""What goes wrong between two peers of AMQP."""

from __future__ import annotations


class AmqpError(Exception):
    """The peer did not do what it was asked."""


class ConnectionLost(AmqpError):
    """There is no connection any more; what was on its way may have arrived or not."""


class LoginRefused(AmqpError):
    """The peer does not know the user, or takes no passwords."""


class Refused(AmqpError):
    """The peer says no, for a reason: to a link, a message or a transaction."""

    def __init__(self, condition: str, description: str) -> None:
        super().__init__(description or condition)
        self.condition = condition
        self.description = description
