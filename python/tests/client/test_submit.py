"""Functions and programs through a real broker and a real pilot."""

from __future__ import annotations

import asyncio
import concurrent.futures
import datetime

import pytest
import tasks_of_tests as tasks

import qtau

PATIENCE_S = 60


def test_functions_go_by_name_and_by_value(session):
    factor = 7
    named = session.submit(tasks.add, 1, b=2)
    local = session.submit(lambda x: x * factor, 6)
    tuples = session.submit(tasks.kind_of, (1, 2))
    assert named.result(PATIENCE_S) == 3
    assert local.result(PATIENCE_S) == 42
    assert tuples.result(PATIENCE_S) == "tuple"
    assert named.details.raw["worker_reused"] is not None
    assert named.details.host


def test_each_option_reaches_the_task(session):
    later = datetime.timedelta(minutes=5)
    options = session.options(
        cores=2, seed=42, name="energy", tags={"study": "h2"}, priority="high", deadline=later
    )
    future = options.options(retry=2, timeout=30, isolation="fresh").submit(tasks.draw)
    assert future.result(PATIENCE_S) == pytest.approx(0.6394267984578837)
    told = future.details.raw
    assert (told["name"], told["tags"], told["milli_cores"]) == ("energy", {"study": "h2"}, 2000)
    with pytest.raises(TypeError, match="'core' is no option of a task; did you mean 'cores'"):
        session.options(core=1)


def test_a_failure_carries_everything(session):
    future = session.submit(tasks.fail, "cold")
    with pytest.raises(qtau.TaskFailed) as caught:
        future.result(PATIENCE_S)
    failed = caught.value
    assert (failed.type, failed.message, failed.status) == ("ValueError", "too cold", "FAILED")
    assert failed.task_id == future.task_id
    assert "in fail" in failed.trace
    assert failed.stderr == "last words\n"
    for word in ("ValueError: too cold", future.task_id, failed.host, "last words", "raise"):
        assert word in str(failed)


def test_programs_give_their_output_and_exit_codes(session):
    echo = session.submit_program(["sh", "-c", "echo out; echo err >&2"], env={"A": "1"})
    wrong = session.submit_program(["sh", "-c", "exit 3"])
    result = echo.result(PATIENCE_S)
    assert (result.stdout, result.stderr, result.exit_code) == ("out\n", "err\n", 0)
    with pytest.raises(qtau.TaskFailed, match="exit code 3"):
        wrong.result(PATIENCE_S)
    with pytest.raises(TypeError, match="argv is a list"):
        session.submit_program("ls -l")


def test_a_task_that_runs_too_long_is_a_timeout(session):
    future = session.options(timeout=0.5).submit(tasks.sleep, 60)
    with pytest.raises(qtau.TaskTimeout, match="TIMEOUT"):
        future.result(PATIENCE_S)


def test_tasks_of_any_kind_and_many_at_once(session):
    futures = session.submit_tasks({"kind": "noop", "id": f"n-{i}"} for i in range(1200))
    assert [future.task_id for future in futures[:2]] == ["n-0", "n-1"]
    assert qtau.gather(futures, timeout=PATIENCE_S) == [None] * 1200
    state = session.state()
    assert (state.accepted, state.writers, state.sealed) == (1200, 1, False)
    with pytest.raises(qtau.DuplicateTask, match="n-7"):
        session.submit_task({"kind": "noop", "id": "n-7"})


def test_what_the_broker_refuses_is_told_to_its_sender_alone(session):
    with pytest.raises(qtau.TaskRefused, match="is not the name of a lane"):
        session.submit_task({"kind": ""})
    assert session.submit_task({"kind": "noop"}).result(PATIENCE_S) is None


def test_an_id_of_another_writer_is_a_duplicate(client, session):
    session.submit_task({"kind": "noop", "id": "same"}).result(PATIENCE_S)
    wait_until_taken(session, 1)
    session.close()
    with client.session(session.name) as again, pytest.raises(qtau.DuplicateTask, match="same"):
        again.submit_task({"kind": "noop", "id": "same"})


def wait_until_taken(session, count):
    from workers import wait_until

    wait_until(lambda: session.state().taken == count, f"{count} results are taken")


def test_futures_are_those_of_the_standard_library(session):
    futures = [session.submit(tasks.add, number) for number in range(5)]
    done = concurrent.futures.as_completed(futures, PATIENCE_S)
    assert sorted(future.result() for future in done) == [0, 1, 2, 3, 4]
    heard = []
    futures[0].add_done_callback(heard.append)
    assert heard == [futures[0]]

    async def awaited():
        return await asyncio.wrap_future(session.submit(tasks.add, 40, 2))

    assert asyncio.run(awaited()) == 42


def test_gather_raises_the_first_failure_or_returns_it(session):
    futures = [session.submit(tasks.fail_if_odd, number) for number in range(3)]
    with pytest.raises(qtau.TaskFailed, match="1 is odd"):
        qtau.gather(futures, timeout=PATIENCE_S)
    first, second, third = qtau.gather(futures, return_exceptions=True, timeout=PATIENCE_S)
    assert (first, third) == (0, 2)
    assert isinstance(second, qtau.TaskFailed)
    done, not_done = qtau.wait(futures, PATIENCE_S)
    assert (len(done), not_done) == (3, set())


def test_an_executor_brings_many_and_waits_for_all(session):
    with session.executor(tags={"by": "executor"}) as executor:
        futures = [executor.submit(tasks.add, number, 1) for number in range(200)]
        assert list(executor.map(tasks.add, range(3), range(3))) == [0, 2, 4]
    assert all(future.done() for future in futures)
    assert [future.result() for future in futures] == list(range(1, 201))
    with pytest.raises(RuntimeError, match="after shutdown"):
        executor.submit(tasks.add, 1)


def test_values_come_back_as_what_they_were_where_asked(client):
    def much():
        return {1, 2}, {"a": (1, 2j)}

    with client.session() as plain, client.session(pickle=True) as own:
        with pytest.raises(qtau.NeedsPickle, match="pickle=True"):
            plain.submit(much).result(PATIENCE_S)
        assert own.submit(much).result(PATIENCE_S) == ({1, 2}, {"a": (1, 2j)})
        assert plain.submit(lambda: "x" * 200_000).result(PATIENCE_S) == "x" * 200_000
        assert own.submit(lambda: b"x" * 200_000).result(PATIENCE_S) == b"x" * 200_000
