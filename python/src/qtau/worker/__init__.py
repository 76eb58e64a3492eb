"""The worker: one process that runs the Python tasks of an agent, one at a time.

The modules import little, and late where they can, because a worker's start is part of the first
task's latency.
"""
