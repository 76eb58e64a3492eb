"""A broker that takes TLS only."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import tasks_of_tests as tasks

import qtau
from local_site import Site

PATIENCE_S = 60


@pytest.fixture(scope="module")
def secure(tmp_path_factory: Any) -> Iterator[Site]:
    directory = tmp_path_factory.mktemp("tls")
    with Site(directory, sys.executable, 2, "--listen", "localhost:0") as site:
        yield site


def test_its_certificate_is_checked_against_its_own_authority(secure, tmp_path):
    with qtau.connect(home=secure.home) as client, client.session() as session:
        assert session.submit(tasks.add, 1, 2).result(PATIENCE_S) == 3
    url = qtau.client.place.Home({}, str(secure.home)).broker()
    assert url.startswith("tls://")
    port = url.rpartition(":")[2]
    named = f"tls://127.0.0.1:{port}?as={socket.gethostname()}"
    qtau.connect(named, home=secure.home).close()
    with pytest.raises(qtau.BrokerUnavailable, match="certificate"):
        qtau.connect(f"tls://127.0.0.1:{port}?as=elsewhere", home=secure.home)
    (tmp_path / "ca.pem").write_bytes((secure.home / "ca.pem").read_bytes())
    pair = tuple((secure.home / "credential").read_text().strip().split(":", 1))
    qtau.connect(url, credential=pair, ca=tmp_path / "ca.pem").close()
    with pytest.raises(qtau.BrokerUnavailable, match=r"copy ca\.pem"):
        qtau.connect(url, credential=pair, home=tmp_path / "nowhere")
    with pytest.raises(qtau.BrokerUnavailable, match="no broker answers"):
        qtau.connect(f"tcp://127.0.0.1:{port}", home=secure.home)
