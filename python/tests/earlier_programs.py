"""The programs of the earlier QTau's documentation, by their numbers."""

from __future__ import annotations

import re
from pathlib import Path

_FILE = Path(__file__).parent / "client" / "earlier.md"
_HERE = {'"ssh://localhost"': '"local://"', '"number_of_nodes": 2': '"number_of_nodes": 1'}


def program(number: int, changes: dict[str, str] | None = None) -> str:
    """Return one, with what is changed for this place; each change must hit."""
    text = _FILE.read_text(encoding="utf-8")
    found = re.search(rf"## Example {number}: .*?```python\n(.*?)```", text, re.S)
    assert found is not None, number
    source = found.group(1)
    for old, new in (changes or _HERE).items():
        assert old in source, (number, old)
        source = source.replace(old, new)
    return source
