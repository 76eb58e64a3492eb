"""Prints tasks that run state_vector.py on 1, 2 and 4 ranks of one node, with this Python.

    python examples/mpi/tasks.py > tasks.jsonl && ./qtau run tasks.jsonl --cores 4

Needs mpi4py in that Python, and the mpirun of the MPI that it is linked with. With a pilot of
several nodes, add "ranks_per_node", and give it the tasks by 'qtau submit'.
"""

import json
import sys
from pathlib import Path

script = Path(__file__).resolve().with_name("state_vector.py")
for ranks in (1, 2, 4):
    mpi = {"ranks": ranks, "argv": [sys.executable, str(script)]}
    print(json.dumps({"id": f"ghz-on-{ranks}", "kind": "mpi", "mpi": mpi}))
