"""No-ops spread over 1, 10 and 100 lanes in turn: the same broker, the same pilot of two cores.

    python3 benchmarks/lanes.py [-n TASKS] [-r ROUNDS]

Prints tasks a second, from the first submission to the last result, and what that is of one lane's
rate in the same round.
"""

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

LANES = (1, 10, 100)
QTAU = Path(__file__).resolve().parent.parent / "qtau"


def qtau(home, *arguments):
    subprocess.run(
        [QTAU, *map(str, arguments)],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "QTAU_HOME": str(home)},
    )


def rate(home, session, lanes, count):
    file = Path(home, f"{session}.jsonl")
    with file.open("w") as tasks:
        for number in range(count):
            # A lane for each share of a core; all are so large that two of them fill two cores.
            cores = round(0.9 + 0.001 * (number % lanes), 3) if lanes > 1 else 1
            task = {"kind": "noop", "resources": {"cores": cores}}
            tasks.write(json.dumps(task) + "\n")
    qtau(home, "submit", file, "--session", session)
    out = Path(home, session)
    qtau(home, "await", session, "--out", out)
    times = [json.loads(line)["timeline"] for line in (out / "results.jsonl").open()]
    first = min(each["submitted"] for each in times)
    return count / (max(each["settled"] for each in times) - first) * 1e6


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", "--tasks", type=int, default=20_000)
    parser.add_argument("-r", "--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        try:
            qtau(home, "broker", "start")
            qtau(home, "pilot", "start", "--resource", "local://", "--cores-per-node", 2, "--wait")
            rate(home, "warm", 1, options.tasks)
            for number in range(options.rounds):
                rates = {n: rate(home, f"r{number}l{n}", n, options.tasks) for n in LANES}
                print(
                    ", ".join(
                        f"{lanes} lanes {found:.0f}/s ({found / rates[1]:.2f})"
                        for lanes, found in rates.items()
                    ),
                    flush=True,
                )
        finally:
            qtau(home, "pilot", "stop", "--all")
            qtau(home, "broker", "stop")


if __name__ == "__main__":
    main()
