"""Tasks in bytes, the same however often they are sent, and batches of them."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from qtau.amqp import message
from qtau.client import lanes
from qtau.sending import NotSendable

_MOST_BYTES = 8 * 1024 * 1024 - 4096
_MOST_LIFE_MS = 2**32 - 1
BATCH_TASKS = 500
BATCH_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Outgoing:
    """A task on its way to a lane."""

    id: str
    address: str
    encoded: bytes

    @classmethod
    def of(cls, session: str, task: dict[str, Any]) -> Outgoing:
        """Encode a task that has an id; `NotSendable` when it is too large."""
        body = _json(task)
        if len(body) > _MOST_BYTES:
            raise NotSendable(
                f"task {task['id']} has {len(body)} bytes, and the broker takes 8 MiB: write what "
                "is large into a file that the task reads"
            )
        properties: dict[str, message.Scalar] = {
            "qtau_v": 1,
            "qtau_session": session,
            "qtau_id": task["id"],
            "qtau_kind": task["kind"],
            "qtau_submitted_us": time.time_ns() // 1000,
            "_AMQ_DUPL_ID": f"{session}/{task['id']}",
        }
        encoded = message.encode(
            body,
            properties,
            correlation_id=task["id"],
            priority=lanes.PRIORITIES[task.get("priority") or "normal"][1],
            life_ms=_life_ms(task.get("deadline")),
        )
        return cls(task["id"], lanes.address(task), encoded)


def record(key: str, content: dict[str, Any]) -> bytes:
    """Encode a line of the table of sessions."""
    return message.encode(_json(content), {"record": key})


def order(token_property: str, content: dict[str, Any]) -> bytes:
    """Encode an order to the broker's steward."""
    return message.encode(_json(content), {token_property: content["token"]})


def _json(content: dict[str, Any]) -> bytes:
    try:
        return _encode(content).encode("utf-8")
    except (TypeError, ValueError) as error:
        raise NotSendable(f"the task is not JSON: {error}") from error


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def _life_ms(deadline: str | None) -> int | None:
    """Return for how long it may wait: what is over already has one more millisecond."""
    if deadline is None:
        return None
    text = deadline[:-1] + "+00:00" if deadline.endswith("Z") else deadline
    left = datetime.fromisoformat(text) - datetime.now(timezone.utc)
    return min(_MOST_LIFE_MS, max(1, int(left.total_seconds() * 1000)))
