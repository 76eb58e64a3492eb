"""What QTau adds to mpirun: a program of MPI bare, and as tasks of a local pilot, one by one.

    python3 benchmarks/mpi_tasks.py [-n TIMES] LAUNCHER PROGRAM [ARGUMENT...]

LAUNCHER is what QTau takes for that program (mpirun.openmpi, mpiexec.mpich). Four ranks each.
Prints medians in ms.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

RANKS = 4
QTAU = Path(__file__).resolve().parent.parent / "qtau"


def bare(launcher, argv):
    command = [launcher, "-n", str(RANKS), *argv]
    if "openmpi" in launcher:
        command[1:1] = ["--oversubscribe", "--allow-run-as-root", "--bind-to", "none"]
    environment = {**os.environ, "OMPI_MCA_mpi_yield_when_idle": "1"}
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return (time.perf_counter() - begin) * 1000


def tasks(argv, times, home):
    file = Path(home, "tasks.jsonl")
    task = json.dumps({"kind": "mpi", "mpi": {"ranks": RANKS, "argv": argv}})
    file.write_text("\n".join([task] * times) + "\n")
    out = Path(home, "out")
    subprocess.run(
        [QTAU, "run", file, "--cores", str(RANKS), "--out", out],
        check=True,
        env={**os.environ, "QTAU_HOME": home},
    )
    return [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", "--times", type=int, default=10)
    parser.add_argument("launcher")
    parser.add_argument("argv", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    alone = [bare(options.launcher, options.argv) for _ in range(options.times)]
    with tempfile.TemporaryDirectory() as home:
        results = tasks(options.argv, options.times, home)
    ran = [(r["timeline"]["ended"] - r["timeline"]["started"]) / 1000 for r in results]
    facts = [r["mpi"] for r in results]
    print(f"bare {options.launcher}: {median(alone):.0f}")
    print(f"as a task, from its start to its end: {median(ran):.0f}")
    for name in ("prepare_s", "launch_s", "finish_s", "wall_s"):
        print(f"  {name}: {median(fact[name] for fact in facts) * 1000:.0f}")


if __name__ == "__main__":
    main()
