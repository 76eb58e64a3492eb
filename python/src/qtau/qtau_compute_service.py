"""The place of `QTauComputeService` in an earlier QTau; see `qtau.compat`."""

from qtau.compat import QTau, QTauComputeService

__all__ = ["QTau", "QTauComputeService"]
