"""What a task finds around it, and what it leaves for the next one."""

import signal

CHANGING = """
import os, signal, sys
def spoil(directory):
    os.chdir(directory)
    os.environ["SPOILT"] = "1"
    del os.environ["HOME"]
    os.environ["PATH"] = "/nowhere"
    sys.argv[:] = ["spoilt"]
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    signal.alarm(600)
def look():
    return [os.getcwd(), dict(os.environ), sys.argv, sys.path, os.listdir("."),
            repr(signal.getsignal(signal.SIGINT)), repr(signal.getsignal(signal.SIGTERM)),
            signal.alarm(0)]
def catchable(): return signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}
def handlers(): return [repr(signal.getsignal(number)) for number in sorted(catchable())]
def handle_all():
    for number in catchable(): signal.signal(number, print)
    signal.set_wakeup_fd(os.open(os.devnull, os.O_WRONLY | os.O_NONBLOCK))
    return len(set(handlers()))
def masked(): return sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ()))
def mask_all(*raised):
    signal.pthread_sigmask(signal.SIG_SETMASK, catchable())
    for number in raised: os.kill(os.getpid(), number)
    return len(masked())
def timers():
    return [signal.getitimer(timer)[0] for timer in
            (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)]
def time_all():
    for timer in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
        signal.setitimer(timer, 600)
def wakeup(): return signal.set_wakeup_fd(-1)
def crash():
    import ctypes
    ctypes.string_at(0)
def bound():
    return [sorted(os.sched_getaffinity(int(thread))) for thread in os.listdir("/proc/self/task")]
def leave_thread():
    import threading, time
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
def loaded(name): return name in sys.modules
def write(name): open(name, "w").close()
def burn():
    while os.times().user < 0.3: pass
def hold(): return len(bytearray(200_000_000))
"""


def test_spoilt_surroundings_are_put_back(worker, define, tmp_path):
    where = define(CHANGING)
    before = worker.value("tasks:look", **where)
    worker.run(call="tasks:spoil", args=[str(tmp_path)], **where)
    assert worker.value("tasks:look", **where) == before
    assert before[0] == str(tmp_path / "home")


def test_handlers_of_all_signals_are_put_back(worker, define):
    where = define(CHANGING)
    before = worker.value("tasks:handlers", **where)
    assert worker.value("tasks:handle_all", **where) == 1
    assert worker.value("tasks:handlers", **where) == before
    assert worker.value("tasks:wakeup", **where) == -1


def test_worker_whose_task_has_handled_crashes_still_traces_them(worker, define):
    where = define(CHANGING)
    worker.value("tasks:handle_all", **where)
    worker.send(call="tasks:crash", **where)
    assert worker.process.wait(20) == -signal.SIGSEGV
    assert "in crash" in (worker.directory / "w.stderr").read_text()


def test_mask_is_put_back_and_what_has_come_meanwhile_is_dropped(worker, define):
    where = define(CHANGING)
    before = worker.value("tasks:masked", **where)
    numbers = [signal.SIGINT, signal.SIGTERM, signal.SIGUSR1]
    assert worker.value("tasks:mask_all", *numbers, **where) > len(before)
    assert worker.value("tasks:masked", **where) == before
    assert worker.value("os:getpid") == worker.pid


def test_timers_are_stopped(worker, define):
    where = define(CHANGING)
    worker.run(call="tasks:time_all", **where)
    assert worker.value("tasks:timers", **where) == [0.0, 0.0, 0.0]


def test_umask_is_put_back(worker):
    before = worker.value("os:umask", 0o111)
    assert before != 0o111
    assert worker.value("os:umask", 0o111) == before


def test_recursion_limit_is_put_back_but_for_that_of_a_module(worker, code):
    before = worker.value("sys:getrecursionlimit")
    worker.run(call="sys:setrecursionlimit", args=[before + 1])
    assert worker.value("sys:getrecursionlimit") == before
    (code / "deep.py").write_text(f"import sys\nsys.setrecursionlimit({before + 2})\n")
    for _ in range(2):
        limit = worker.value("deep:sys.getrecursionlimit", path=[str(code)])
        assert limit == before + 2


def test_environment_of_the_request_counts_for_its_task_only(worker):
    env = {"QTAU_SESSION": "s", "QTAU_TASK_ID": "t", "QTAU_ATTEMPT": "2"}
    assert worker.value("os:getenv", "QTAU_TASK_ID", env=env) == "t"
    assert worker.value("os:getenv", "QTAU_TASK_ID") is None


def test_environment_reaches_programs_and_is_taken_back_from_them(worker):
    command = ["subprocess:getoutput", "echo $QTAU_TASK_ID"]
    assert worker.value(*command, env={"QTAU_TASK_ID": "t7"}) == "t7"
    assert worker.value(*command) == ""


def test_named_directory_is_used_and_stays(worker, tmp_path):
    assert worker.value("os:getcwd", cwd=str(tmp_path), workdir="/nowhere/x") == str(tmp_path)
    assert tmp_path.is_dir()


def test_empty_workdir_leaves_nothing(worker, tmp_path):
    workdir = tmp_path / "pilot" / "t"
    for _ in range(2):
        assert worker.value("os:getcwd", workdir=str(workdir)) == str(workdir)
        assert not workdir.exists()


def test_failed_task_leaves_no_empty_workdir(worker, tmp_path):
    worker.error(call="os:not_there", workdir=str(tmp_path / "t"))
    assert not (tmp_path / "t").exists()


def test_workdir_with_files_stays(worker, define, tmp_path):
    worker.value("tasks:write", "result.dat", workdir=str(tmp_path / "t"), **define(CHANGING))
    assert [p.name for p in (tmp_path / "t").iterdir()] == ["result.dat"]


def test_workdir_stays_for_the_next_task_until_one_leaves_files(worker, define, tmp_path):
    where = define(CHANGING)
    scratch, place = tmp_path / "s" / ".w-0", tmp_path / "s" / "t" / "1" / "work"
    both = {"workdir": str(scratch), "keep_as": str(place), **where}
    for _ in range(2):
        response = worker.run(call="os:getcwd", **both)
        assert response["value"] == str(scratch)
        assert "kept" not in response
    assert scratch.is_dir()
    assert not place.parent.parent.exists()
    assert worker.run(call="tasks:write", args=["result.dat"], **both)["kept"] is True
    assert [p.name for p in place.iterdir()] == ["result.dat"]
    assert place.resolve() == scratch
    assert "kept" not in worker.run(
        call="os:rmdir",
        args=[str(tmp_path / "s" / ".w-1")],
        **{**both, "workdir": str(tmp_path / "s" / ".w-1")},
    )


def test_current_directory_is_no_import_path_unless_named(worker, tmp_path):
    for place in ("home", "there"):
        (tmp_path / place).mkdir(exist_ok=True)
        (tmp_path / place / "near.py").write_text(f"def f(): return {place!r}\n")
    assert worker.error(call="near:f")["type"] == "ModuleNotFoundError"
    there = {"cwd": str(tmp_path / "there")}
    assert worker.error(call="near:f", **there)["type"] == "ModuleNotFoundError"
    assert worker.value("near:f", path=["."], **there) == "there"
    assert worker.value("near:f", path=["."]) == "home"
    assert worker.error(call="near:f")["type"] == "ModuleNotFoundError"


def test_equal_module_names_in_two_paths_do_not_mix(worker, tmp_path):
    for place in ("a", "b"):
        package = tmp_path / place / "pack"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("")
        (package / "part.py").write_text(f"def f(): return {place!r}\n")
        names = tmp_path / place / "spread"
        names.mkdir()
        (names / "part.py").write_text(f"def f(): return {place!r}\n")
    for place in "abab":
        where = {"path": [str(tmp_path / place)]}
        assert worker.value("pack.part:f", **where) == place
        assert worker.value("spread.part:f", **where) == place


def test_first_path_wins(worker, tmp_path):
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "m.py").write_text(f"def f(): return {place!r}\n")
    a, b = str(tmp_path / "a"), str(tmp_path / "b")
    assert worker.value("m:f", path=[a, b]) == "a"
    assert worker.value("m:f", path=[b, a]) == "b"
    assert worker.value("m:f", path=[a]) == "a"
    assert worker.value("m:f", path=[b, a]) == "b"
    assert worker.value("m:f", path=[a, b]) == "a"


def test_module_of_a_path_that_stays_is_not_loaded_again(worker, tmp_path):
    for place in ("a", "b", "c"):
        (tmp_path / place).mkdir()
    (tmp_path / "c" / "count.py").write_text(
        "n = 0\ndef f():\n    global n\n    n += 1\n    return n\n"
    )
    a, b, c = (str(tmp_path / place) for place in "abc")
    calls = [worker.value("count:f", path=path) for path in ([a, c], [b, c], [c], [a, c])]
    assert calls == [1, 2, 3, 4]


def test_module_stays_warm_between_tasks_of_one_path(worker, code):
    (code / "count.py").write_text("n = 0\ndef f():\n    global n\n    n += 1\n    return n\n")
    calls = [worker.value("count:f", path=[str(code)]) for _ in range(3)]
    assert calls == [1, 2, 3]


def test_worker_and_its_threads_are_bound_to_the_tasks_processors(worker, define):
    where = define(CHANGING)
    own = worker.value("tasks:bound", **where)[0]
    worker.run(call="tasks:leave_thread", **where)
    threads = len(worker.value("tasks:bound", **where))
    assert threads > 1
    for cpus in ([own[0]], own[:2], own):
        assert worker.value("tasks:bound", cpus=cpus, **where) == [cpus] * threads


def test_preload_is_imported_before_the_task_and_timed(worker, define, code):
    (code / "slow.py").write_text("import time\ntime.sleep(0.05)\n")
    where = define(CHANGING)
    assert worker.value("tasks:loaded", "slow", **where) is False
    first = worker.run(call="tasks:loaded", args=["slow"], preload=["slow"], **where)
    second = worker.run(call="tasks:loaded", args=["slow"], preload=["slow"], **where)
    assert (first["value"], second["value"]) == (True, True)
    assert first["import_s"] >= 0.05 > second["import_s"]


def test_preload_that_is_missing_is_named_with_the_interpreter(worker, define):
    error = worker.error(call="os:getpid", preload=["not_there"])
    assert error["type"] == "ModuleNotFoundError"
    assert "'not_there'" in error["message"]
    assert worker.hello["executable"] in error["message"]


def test_import_time_is_told_once(worker, code):
    (code / "slow.py").write_text("import time\ntime.sleep(0.05)\ndef f(): pass\n")
    first = worker.run(call="slow:f", path=[str(code)])
    second = worker.run(call="slow:f", path=[str(code)])
    assert first["import_s"] >= 0.05 > second["import_s"]


def test_usage_is_that_of_the_task(worker, define):
    where = define(CHANGING)
    assert worker.run(call="tasks:burn", **where)["usage"]["user_s"] > 0.1
    big = worker.run(call="tasks:hold", **where)["usage"]
    assert big["max_rss_mb"] > 190
    assert set(big) == {"user_s", "system_s", "max_rss_mb"}


def test_stdin_is_empty(worker):
    assert worker.error(call="builtins:input")["type"] == "EOFError"


def test_main_module_and_dotted_names(worker):
    assert worker.value("os:path.basename", "/a/b") == "b"
    assert worker.value("collections:OrderedDict.fromkeys", ["x"]) == {"x": None}
