"""What tasks print."""

PRINTING = r"""
import os, sys
def python(): print("out"); print("err", file=sys.stderr)
def raw(data): os.write(1, bytes(data))
def c():
    import ctypes
    ctypes.CDLL(None).puts(b"from C")
def program(): os.system("echo program; echo problem >&2")
def much(size): sys.stdout.write("a" * 9000 + "b" * (size - 19000) + "c" * 10000)
def umlauts(shift): sys.stdout.write("x" * shift + "ü" * 500_000)
def surrogate(): print("\udcff")
def newline(): print("a\r\nb")
def replaced():
    import io
    sys.stdout = io.StringIO()
    print("lost")
def closed():
    print("before"); sys.stdout.close(); os.close(2)
def fails(): print("last words"); raise ValueError("no")
"""
NOTHING = {"text": "", "bytes": 0, "truncated": False}


def printed(text):
    return {"text": text, "bytes": len(text.encode()), "truncated": False}


def test_python_output_is_captured_per_stream_and_per_task(worker, define):
    where = define(PRINTING)
    response = worker.run(call="tasks:python", **where)
    assert (response["stdout"], response["stderr"]) == (printed("out\n"), printed("err\n"))
    response = worker.run(call="os:getpid", **where)
    assert (response["stdout"], response["stderr"]) == (NOTHING, NOTHING)


def test_output_of_c_code_is_captured(worker, define):
    where = define(PRINTING)
    assert worker.run(call="tasks:c", **where)["stdout"] == printed("from C\n")
    raw = worker.run(call="tasks:raw", args=[list(b"raw")], **where)
    assert raw["stdout"] == printed("raw")


def test_output_of_programs_is_captured(worker, define):
    response = worker.run(call="tasks:program", **define(PRINTING))
    assert (response["stdout"], response["stderr"]) == (printed("program\n"), printed("problem\n"))


def test_bytes_that_are_not_utf8_are_replaced(worker, define):
    response = worker.run(call="tasks:raw", args=[[97, 255, 98]], **define(PRINTING))
    assert response["stdout"] == {"text": "a\ufffdb", "bytes": 3, "truncated": False}


def test_long_output_keeps_head_and_tail(worker, define):
    stdout = worker.run(call="tasks:much", args=[1_000_000], **define(PRINTING))["stdout"]
    left_out = 1_000_000 - 32 * 1024
    head, tail = stdout["text"].split(f"\n... {left_out} bytes left out ...\n")
    assert head == "a" * 8192
    assert tail == "b" * (24 * 1024 - 10000) + "c" * 10000
    assert (stdout["bytes"], stdout["truncated"]) == (1_000_000, True)


def test_output_of_exactly_32_kib_is_whole(worker, define):
    stdout = worker.run(call="tasks:much", args=[32 * 1024], **define(PRINTING))["stdout"]
    assert (len(stdout["text"]), stdout["truncated"]) == (32 * 1024, False)


def test_cut_never_splits_a_character(worker, define):
    for shift in (0, 1):
        response = worker.run(call="tasks:umlauts", args=[shift], **define(PRINTING))
        text = response["stdout"]["text"]
        assert "\ufffd" not in text
        left_out = int(text.split("\n... ")[1].split()[0])
        kept = len((text.split("\n...")[0] + text.split("...\n")[1]).encode())
        assert left_out + kept == response["stdout"]["bytes"]


def test_character_without_utf8_form_is_written_out(worker, define):
    response = worker.run(call="tasks:surrogate", **define(PRINTING))
    assert response["stdout"] == printed("\\udcff\n")


def test_line_ends_stay_as_printed(worker, define):
    assert worker.run(call="tasks:newline", **define(PRINTING))["stdout"] == printed("a\r\nb\n")


def test_replaced_and_closed_streams_are_back_for_the_next_task(worker, define):
    where = define(PRINTING)
    assert worker.run(call="tasks:replaced", **where)["stdout"] == NOTHING
    assert worker.run(call="tasks:closed", **where)["stdout"] == printed("before\n")
    response = worker.run(call="tasks:python", **where)
    assert (response["stdout"], response["stderr"]) == (printed("out\n"), printed("err\n"))


def test_failed_task_keeps_its_output(worker, define):
    response = worker.run(call="tasks:fails", **define(PRINTING))
    assert not response["ok"]
    assert response["stdout"] == printed("last words\n")
