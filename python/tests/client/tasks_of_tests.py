"""Functions that tasks call by name."""

import os
import sys
import threading
import time


def add(a, b=0):
    return a + b


def where():
    return os.getpid()


def fail(word):
    print("last words", file=sys.stderr)
    raise ValueError(f"too {word}")


def fail_if_odd(number):
    if number % 2:
        raise ValueError(f"{number} is odd")
    return number


def sleep(seconds):
    time.sleep(seconds)
    return seconds


def draw():
    import random

    return random.random()


def kind_of(value):
    return type(value).__name__


def made(kind: str) -> object:
    """Return what JSON holds, what needs a pickle, or what cannot travel."""
    return {"set": {1}, "tuple": (1,), "lock": threading.Lock()}[kind]
