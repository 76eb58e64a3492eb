"""A broker and a pilot of their own for the client's tests, and a client in this process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

import qtau
from local_site import Site


@pytest.fixture(scope="package")
def site(tmp_path_factory: Any) -> Iterator[Site]:
    """Return a site that tests share: they have sessions of their own, and leave it as it was."""
    with Site(tmp_path_factory.mktemp("site"), sys.executable) as site:
        yield site


@pytest.fixture(scope="package")
def client(site: Site) -> Iterator[qtau.Client]:
    with qtau.connect(home=site.home) as client:
        yield client


@pytest.fixture
def session(client: qtau.Client) -> Iterator[qtau.Session]:
    with client.session() as session:
        yield session


@pytest.fixture
def name() -> str:
    """Return a session's name that no other test has."""
    return qtau.client.names.unguessable()
