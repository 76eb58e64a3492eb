"""A state vector that lies on all ranks: (|0...0> + |1...1>) / sqrt(2) of 18 qubits, gate by gate.

Qubit 0 is the first bit of an amplitude's number, so that the first qubits choose the rank.
"""

import json
from array import array
from math import sqrt

from mpi4py import MPI

QUBITS = 18
comm = MPI.COMM_WORLD
rank, size = comm.Get_rank(), comm.Get_size()
FAR = size.bit_length() - 1  # so many qubits choose the rank
if size != 1 << FAR:
    raise SystemExit("needs 1, 2, 4, ... ranks")
COUNT = (1 << QUBITS) // size


def partner(qubit):
    return rank ^ (1 << (FAR - 1 - qubit))


def bit(qubit):
    return rank >> (FAR - 1 - qubit) & 1


def exchange(amplitudes, other):
    theirs = array("d", bytes(8 * COUNT))
    comm.Sendrecv(amplitudes, dest=other, recvbuf=theirs, source=other)
    return theirs


def hadamard_of_first(amplitudes):
    scale = 1 / sqrt(2)
    if FAR == 0:
        half = COUNT // 2
        low, high = amplitudes[:half], amplitudes[half:]
        return array("d", [(a + b) * scale for a, b in zip(low, high)]) + array(
            "d", [(a - b) * scale for a, b in zip(low, high)]
        )
    theirs = exchange(amplitudes, partner(0))
    sign = -1 if bit(0) else 1
    return array("d", [(b + sign * a) * scale for a, b in zip(amplitudes, theirs)])


def controlled_not(amplitudes, control, target):
    if target < FAR:
        return exchange(amplitudes, partner(target)) if bit(control) else amplitudes
    half = 1 << (QUBITS - 1 - target)
    if control < FAR:
        return amplitudes[half:] + amplitudes[:half] if bit(control) else amplitudes
    block = 1 << (QUBITS - control)
    for start in range(block // 2, COUNT, block):
        low = amplitudes[start : start + half]
        amplitudes[start : start + half] = amplitudes[start + half : start + 2 * half]
        amplitudes[start + half : start + 2 * half] = low
    return amplitudes


state = array("d", bytes(8 * COUNT))
if rank == 0:
    state[0] = 1.0
state = hadamard_of_first(state)
for qubit in range(QUBITS - 1):
    state = controlled_not(state, qubit, qubit + 1)

norm = comm.allreduce(sum(a * a for a in state))
first = rank * COUNT
parity = comm.allreduce(
    sum(
        a * a * (1 if ((first + i) >> (QUBITS - 1) & 1) == ((first + i) & 1) else -1)
        for i, a in enumerate(state)
        if a
    )
)
if rank == 0:
    print(json.dumps({"ranks": size, "norm": round(norm, 12), "zz": round(parity, 12)}))
