"""The client's parts that need no broker."""

from __future__ import annotations

import datetime
import json
import os

import pytest

from qtau.client import code, lanes, names, origin, place, values
from qtau.client.errors import BrokerUnavailable, CredentialRefused, NotHere
from qtau.client.faithful import is_faithful
from qtau.client.ledger import Entry, Ledger
from qtau.client.options import Options
from qtau.client.outgoing import Outgoing
from qtau.client.results import Result
from qtau.client.sizes import Sizes
from qtau.client.tables import state
from qtau.sending import NotSendable


@pytest.mark.parametrize(
    ("resources", "shape"),
    [
        ({}, "c1"),
        ({"cores": 8, "gpus": 1, "memory_mb": 4096}, "c8.g1.m4096"),
        ({"cores": 0.5, "gpus": 0.25, "memory_mb": 1000}, "c500m.g250m.m1024"),
        ({"cores": "all", "nodes": 2}, "call.n2"),
        ({"memory_mb": 1}, "c1.m1"),
        ({"license:gurobi": 2, "qpu:ibm": 1}, "c1.xbf8c5a2f"),
    ],
)
def test_lanes_are_named_by_resources(resources, shape):
    found = lanes.shape(resources, "python")
    if ".x" in shape:
        assert found.startswith("c1.x")
        assert len(found) == len(shape)
    else:
        assert found == shape
    task = {"kind": "mine", "resources": resources, "priority": "high", "pool": "p1"}
    assert lanes.address(task).startswith("qtau.task.p1.c")
    assert ".kmine" in lanes.address(task)
    assert lanes.address(task).endswith(".p9")


def test_the_lane_of_an_mpi_program_follows_from_its_ranks():
    block = {"argv": ["./sv"], "ranks": 8, "ranks_per_node": 4, "cores_per_rank": 2}
    task = {"kind": "mpi", "mpi": {**block, "gpus_per_rank": 1}, "resources": {"memory_mb": 100}}
    assert lanes.address(task) == "qtau.task.shared.c8.g4.m128.n2"
    assert lanes.address({"kind": "mpi", "mpi": {"ranks": 3}}) == "qtau.task.shared.c3"


def test_resources_that_there_are_not_are_refused_by_name():
    with pytest.raises(ValueError, match="'core' is none of cores"):
        Options(resources={"core": 1})
    with pytest.raises(ValueError, match="cores must be more than 0"):
        Options(cores=0)


def test_options_become_fields():
    options = Options(
        cores=2,
        resources={"license:gurobi": 1},
        retry=3,
        timeout=datetime.timedelta(minutes=1),
        deadline="2030-12-01T00:00:00Z",
        tags={"a": "b"},
    )
    assert options.fields() == {
        "resources": {"cores": 2, "license:gurobi": 1},
        "retry": {"max_attempts": 3},
        "timeout_s": 60.0,
        "deadline": "2030-12-01T00:00:00Z",
        "tags": {"a": "b"},
    }
    assert Options().fields() == {}
    with pytest.raises(ValueError, match="time zone"):
        Options(deadline=datetime.datetime(2030, 1, 1))
    with pytest.raises(ValueError, match="isolation is one of"):
        Options(isolation="cold")


@pytest.mark.parametrize(
    ("value", "faithful"),
    [
        ([1, 0.5, "θ", None, True, {"a": [1]}], True),
        ((1, 2), False),
        ({1: "a"}, False),
        (float("nan"), False),
        (1 << 70, False),
        ("\ud800", False),
        (b"x", False),
        (1j, False),
    ],
)
def test_json_holds_what_comes_back_the_same(value, faithful):
    assert is_faithful(value) is faithful
    if faithful:
        assert json.loads(json.dumps(value)) == value


def test_functions_have_names_where_importing_gives_them():
    assert origin.name_of(os.path.join) == "posixpath:join"
    assert origin.name_of(json.JSONDecoder.decode) == "json.decoder:JSONDecoder.decode"
    assert origin.name_of(lambda: 1) is None
    assert origin.name_of(json.JSONDecoder().decode) is None


def test_a_module_of_ones_own_brings_its_directory_along():
    import tasks_of_parts

    block = code.block(tasks_of_parts.double, (1,), {}, Options(env=None))
    assert block == {
        "call": "tasks_of_parts:double",
        "args": [1],
        "path": [os.path.dirname(os.path.abspath(tasks_of_parts.__file__))],
    }
    pickled = code.block(tasks_of_parts.double, ((1,),), {}, Options(env=None))
    assert pickled["path"] == block["path"]
    assert "path" not in code.block(os.path.join, ("a",), {}, Options(env=None))
    by_value = code.block(tasks_of_parts.double, (1,), {}, Options(env=None, by="value"))
    assert by_value["pickled_by"]["python"]
    assert "path" not in by_value


def test_what_is_no_function_or_too_large_is_refused_here():
    with pytest.raises(TypeError, match=r"submit\(f, x\)"):
        code.block(3, (), {}, Options())
    with pytest.raises(NotSendable, match="no name"):
        code.block(lambda: 1, (), {}, Options(by="name"))
    task = {"id": "a", "kind": "noop", "name": "x" * (8 << 20)}
    with pytest.raises(NotSendable, match="8 MiB"):
        Outgoing.of("s", task)


def test_urls_are_those_of_brokers():
    plain = place.endpoint("tcp://127.0.0.1:5672", "/ca.pem")
    assert (plain.host, plain.port, plain.tls, plain.ca_file) == ("127.0.0.1", 5672, False, None)
    tls = place.endpoint("tls://10.0.0.1:5671?as=login1", "/ca.pem")
    assert (tls.tls, tls.certified, tls.ca_file) == (True, "login1", "/ca.pem")
    for wrong in ("http://a:1", "tcp://a", "tcp://a:0", "tls://a:1?x=1", "tcp://a:1/b", "a:1"):
        with pytest.raises(ValueError, match="is not a broker's URL"):
            place.endpoint(wrong, None)
    with pytest.raises(ValueError, match="is not a broker's URL") as caught:
        place.endpoint("tcp://me:secret@a:1", None)
    assert "secret" not in str(caught.value)


def test_credentials_are_private_and_in_no_message(tmp_path):
    file = tmp_path / "credential"
    for content, mode, message in (
        ("owner:secret\n", 0o644, "open to others"),
        ("ownersecret\n", 0o600, "does not hold"),
        ("owner:secret\nmore\n", 0o600, "does not hold"),
    ):
        file.write_text(content)
        file.chmod(mode)
        with pytest.raises(CredentialRefused, match=message) as caught:
            place.login(file)
        assert "secret" not in str(caught.value)
    file.write_text("owner:se:cret\n")
    login = place.login(file)
    assert (login.user, login.password) == ("owner", "se:cret")
    assert "cret" not in f"{login} {login!r} {[login]}"
    with pytest.raises(CredentialRefused, match="no credential"):
        place.login(tmp_path / "none")


def test_variables_go_before_the_home(tmp_path):
    home = place.Home({"QTAU_HOME": str(tmp_path)})
    with pytest.raises(BrokerUnavailable, match="no broker is known"):
        home.broker()
    (tmp_path / "broker.json").write_text('{"url":"tcp://h:1","pid":1}')
    assert home.broker() == "tcp://h:1"
    assert home.credential() == tmp_path / "credential"
    said = {"QTAU_BROKER": "tls://b:2", "QTAU_CREDENTIAL": "/c", "QTAU_CA": "/ca"}
    home = place.Home({"QTAU_HOME": str(tmp_path), **said})
    assert (home.broker(), str(home.credential()), home.ca_file()) == ("tls://b:2", "/c", "/ca")


def test_names_of_sessions_and_tasks():
    assert len({names.unguessable() for _ in range(100)}) == 100
    assert names.session(names.unguessable())
    assert names.task("a.b:c-1_")
    for wrong in ("", "shared", "a.b", "-a", "a" * 64):
        with pytest.raises(ValueError, match="no name of a session"):
            names.session(wrong)
    for wrong in ("", "a::b", " a", ".a", "a" * 129):
        with pytest.raises(ValueError, match="no id of a task"):
            names.task(wrong)


def test_plain_values_stay_and_files_are_read_here_only(tmp_path):
    plain = {"counts": {"00": 510}, "pair": [1.0, 2.0], "deep": [{"a": [1]}]}
    assert values.python_of(plain, "h") == plain
    file = tmp_path / "value.json"
    file.write_bytes(b"[1,2]")
    entry = {
        "path": str(file),
        "bytes": 5,
        "sha256": "20ea33f8f8af37b76c7844d7ed0d48e28ba3a1a2ff7a3b0ba4c4a1d7d2a7f8e0",
    }
    with pytest.raises(NotHere, match=r"value.json.*of h"):
        values.spilled(entry, "h")
    import hashlib

    entry["sha256"] = hashlib.sha256(b"[1,2]").hexdigest()
    assert values.spilled(entry, "h") == [1, 2]


def test_results_are_handed_on_once_and_counted_when_they_were_used():
    ledger = Ledger()
    one, two = ("a", 0), ("b", 0)
    assert ledger.arrive(one, 0, succeeded=True)
    assert not ledger.arrive(one, 1, succeeded=True)
    assert ledger.again() == [1]
    assert ledger.ready() == []
    ledger.use(one)
    entries = ledger.ready()
    assert entries == [Entry(one, 0, True)]
    ledger.disconnected(entries)  # the acknowledgement was lost, and comes again
    assert ledger.arrive(two, 0, succeeded=False)
    assert not ledger.arrive(one, 1, succeeded=True)
    assert ledger.ready() == [Entry(one, 1, True)]
    ledger.counted([Entry(one, 1, True)])
    assert not ledger.arrive(one, 7, succeeded=True)
    assert (ledger.again(), ledger.ready()) == ([7], [])
    ledger.use(two)
    assert ledger.ready() == [Entry(two, 0, False)]


def test_state_sums_up_what_writers_say():
    records = {
        "s/made": {"session": "s"},
        "s/sent/x": {"accepted": 3, "sealed": True},
        "s/sent/y": {"accepted": 2, "sealed": False},
        "s/read": {"taken": 5, "not_successful": 1},
    }
    found = state("s", records)
    assert (found.accepted, found.taken, found.open, found.done) == (5, 5, 0, False)
    records["s/sent/y"]["sealed"] = True
    assert state("s", records).done
    assert state("s", {"s/made": {}}).fed_by_foreign


def test_sizes_grow_towards_half_a_second():
    sizes = Sizes(slots=2)
    assert sizes.next(10_000) == 1
    sizes.learn(1, 0.001, 400)
    assert sizes.next(10_000) == 8  # not at once: first runs tell little
    sizes.learn(8, 0.008, 1000)
    assert sizes.next(10_000) == 64
    for _ in range(5):
        sizes.learn(64, 0.064, 7000)
    assert 100 < sizes.next(None) <= 512
    assert sizes.next(80) == 10  # so that all slots end together
    slow = Sizes(slots=2)
    slow.learn(1, 3.0, 400)
    assert slow.next(None) == 1
    large = Sizes(slots=2)
    large.learn(4, 0.001, 4 * 12_000)
    assert large.next(None) == 4  # a result has 96 KiB


def result(**fields):
    return Result({"session": "s", "id": "a", "status": "SUCCESS", **fields})
