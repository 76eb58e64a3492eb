"""The Python side of QTau, a durable task broker for quantum and HPC work."""

__version__ = "0.1.0"
