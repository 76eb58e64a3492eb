"""Samples a Bell pair and a GHZ state of five qubits: two tasks, with seeds."""

from __future__ import annotations

from circuits_qiskit import ghz_counts

import qtau


def sample() -> tuple[dict[str, int], dict[str, int]]:
    """Return the counts of both."""
    with qtau.connect() as client, client.session(seed=42) as session:
        bell = session.options(name="bell").submit(ghz_counts, 2, 1000)
        ghz = session.options(name="ghz-5").submit(ghz_counts, 5, 4096)
        return bell.result(), ghz.result()


if __name__ == "__main__":
    for counts in sample():
        print(counts)
