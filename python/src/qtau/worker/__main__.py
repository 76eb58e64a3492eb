"""The entry point, ``python -m qtau.worker --socket PATH``."""

import os
import sys


def _leave_start_directory() -> None:
    """Take off ``sys.path`` the current directory that ``-m`` put there: no task asked for it."""
    if not getattr(sys.flags, "safe_path", False) and sys.path[:1] in ([""], [os.getcwd()]):
        del sys.path[0]


if __name__ == "__main__":
    _leave_start_directory()
    from qtau.worker.serve import main

    sys.exit(main(sys.argv[1:]))
