"""Values whose JSON is too large to pass through the agent: a file beside the pilot."""

from __future__ import annotations

import os

from qtau.worker import frames
from qtau.worker.arrays import checksum
from qtau.worker.failure import TaskRefused

PASSED_MAX_BYTES = 64 * 1024
VALUE_MAX_BYTES = 1024 * 1024 * 1024


class Spill:
    """Where the values of one task go; `directory` None means that all pass through."""

    def __init__(self, directory: str | None) -> None:
        self._directory = directory

    def member(self, encoded: bytes) -> bytes:
        """Return the member of the response for a value's JSON."""
        size = len(encoded)
        limit = frames.FRAME_MAX_BYTES // 2 if self._directory is None else VALUE_MAX_BYTES
        if size > limit:
            message = f"a value of {size} bytes is over the limit of {limit}"
            raise TaskRefused("ValueTooLarge", message)
        if self._directory is None or size <= PASSED_MAX_BYTES:
            return b'"value":' + encoded
        return b'"spilled":' + frames.encode(self._write(encoded, self._directory))

    def _write(self, encoded: bytes, directory: str) -> dict[str, object]:
        os.makedirs(directory, exist_ok=True)
        path = os.path.join(directory, "value.json")
        with open(path, "wb") as file:
            file.write(encoded)
        return {"path": path, "bytes": len(encoded), "sha256": checksum(path)}
