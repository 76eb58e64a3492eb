"""Samples a Bell pair and a GHZ state of five qubits: two tasks, with seeds."""

from __future__ import annotations

from qtau_command import call, values


def sample() -> tuple[dict[str, int], dict[str, int]]:
    """Return the counts of both."""
    bell, ghz = values(
        [
            call("circuits_qiskit:ghz_counts", 2, 1000, seed=42, name="bell"),
            call("circuits_qiskit:ghz_counts", 5, 4096, seed=42, name="ghz-5"),
        ]
    )
    return bell, ghz


if __name__ == "__main__":
    for counts in sample():
        print(counts)
