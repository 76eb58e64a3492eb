"""The names of an earlier QTau, a Python package over Dask and Ray, for programs written for it.

`QTauComputeService` starts pilots through the command `qtau`, and a broker when none runs; QTau's
own workers run the functions, whichever engine is named. Failures differ on purpose: a task that
failed raises when its result is asked for, where it used to give None. `docs/python.md` tells what
is the same and what differs.

The command is the one in the variable `QTAU`, else `qtau` of the `PATH`.
"""

from qtau.compat.engines import ExecutionEngine
from qtau.compat.mpi import MpiOutput
from qtau.compat.pilots import QTau, QTauException
from qtau.compat.service import QTauComputeService

__all__ = ["ExecutionEngine", "MpiOutput", "QTau", "QTauComputeService", "QTauException"]
