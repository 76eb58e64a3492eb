"""The programs of the documents run as they stand there."""

from __future__ import annotations

import re

from local_site import ROOT


def first_program(document: str) -> str:
    found = re.search(r"```python\n(.*?)```", (ROOT / document).read_text(encoding="utf-8"), re.S)
    assert found is not None
    return found.group(1)


def test_the_program_of_the_readme(site):
    lines = site.program(first_program("README.md")).splitlines()
    expected = [1 - theta**2 / 2 for theta in (0.1 * step for step in range(1000))]
    assert lines == [str(1 - 0.1**2 / 2), str(sum(expected))]


def test_the_program_of_the_reference(site):
    assert site.program(first_program("docs/python.md")) == "1024\n[3, 2, 1, 0, 1, 2]\n"
