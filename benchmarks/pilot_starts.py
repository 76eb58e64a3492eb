"""How long a pilot's start takes: `qtau pilot start --wait`, the whole command.

    python3 benchmarks/pilot_starts.py [-n TIMES] [OPTION...]

OPTIONs go to `qtau pilot start`; without any, `--resource local:// --cores-per-node 2`. What does
not run on this machine needs QTAU_BROKER to name a broker that it can reach; else one of its own is
started. The first start, which may stage the runtime, is told apart. Prints seconds.
"""

import argparse
import os
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

QTAU = Path(__file__).resolve().parent.parent / "qtau"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", "--times", type=int, default=7)
    options, asked = parser.parse_known_args()
    asked = asked or ["--resource", "local://", "--cores-per-node", "2"]
    with tempfile.TemporaryDirectory() as home:
        environment = {"QTAU_HOME": home, **os.environ}

        def qtau(*arguments):
            begin = time.perf_counter()
            subprocess.run([QTAU, *arguments], check=True, stdout=2, env=environment)
            return time.perf_counter() - begin

        own = "QTAU_BROKER" not in os.environ
        if own:
            qtau("broker", "start")
        try:
            times = []
            for _ in range(options.times + 1):
                times.append(qtau("pilot", "start", "--name", "timed", "--wait", *asked))
                qtau("pilot", "stop", "timed")
        finally:
            if own:
                qtau("broker", "stop")
    print(f"first {times[0]:.2f}, then {median(times[1:]):.2f}", end=" ")
    print(f"({min(times[1:]):.2f}-{max(times[1:]):.2f}, {options.times} times)")


if __name__ == "__main__":
    main()
