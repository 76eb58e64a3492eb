"""What the broker's refusal of a batch means for whoever sent it."""

from __future__ import annotations

import enum

from qtau.amqp.errors import Refused


class Refusal(enum.Enum):
    """Kinds of refusals."""

    AGAIN = "the same may be sent again"
    FULL = "the broker takes no tasks for now"
    DUPLICATE = "an id was used before"
    REFUSED = "the broker does not want it"

    @classmethod
    def of(cls, error: Refused) -> Refusal:
        """Tell by the broker's words: AMQP has no conditions for these."""
        text = error.description
        if "send it again" in text or error.condition.startswith("amqp:transaction:unknown"):
            return cls.AGAIN
        if "QTau has no room" in text or "resource-limit" in error.condition:
            return cls.FULL
        if "uplicate" in text:
            return cls.DUPLICATE
        return cls.REFUSED


class BatchRefused(Exception):
    """The broker has nothing of a batch; `tasks` are the ids that it named, maybe none."""

    def __init__(self, tasks: dict[str, Refused], why: Refused) -> None:
        super().__init__(str(why))
        self.tasks = tasks
        self.why = why
