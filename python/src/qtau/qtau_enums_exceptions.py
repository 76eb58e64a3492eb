"""The place of `ExecutionEngine` in an earlier QTau; see `qtau.compat`."""

from qtau.compat import ExecutionEngine, QTauException

__all__ = ["ExecutionEngine", "QTauException"]
