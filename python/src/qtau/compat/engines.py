"""What may be named as the engine that runs functions inside a pilot."""

from __future__ import annotations

import enum
import warnings


class ExecutionEngine(enum.Enum):
    """What runs Python functions inside a pilot: always QTau's own workers, so far."""

    NATIVE = "native"
    DASK = "dask"
    RAY = "ray"

    @property
    def library(self) -> str:
        """Its name as people write it."""
        return self.value.capitalize()


def accept(engine: ExecutionEngine) -> None:
    """Warn whoever makes a service when the engine that they named is not what they get."""
    if not isinstance(engine, ExecutionEngine):
        raise TypeError(f"execution_engine is an ExecutionEngine, not {engine!r}")
    if engine is not ExecutionEngine.NATIVE:
        warnings.warn(
            f"QTau does not run {engine.library}: its own workers run the functions that are "
            f"submitted, and get_client() has no client of {engine.library} to give. "
            "ExecutionEngine.NATIVE is the same without this warning.",
            stacklevel=3,
        )


def refuse_client(engine: ExecutionEngine) -> None:
    """Raise NotImplementedError where a program wants the client of an engine that is not there."""
    if engine is not ExecutionEngine.NATIVE:
        name = engine.library
        raise NotImplementedError(
            f"there is no client of {name}, since QTau does not run {name}: submit functions with "
            "submit_task or @pcs.task, or make the service with ExecutionEngine.NATIVE, whose "
            "get_client() gives QTau's own client, with map and an Executor (docs/python.md)"
        )
