"""What learners hand in: right, wrong, and worse."""

import pytest

from tracer.classroom import sandbox
from tracer.classroom.marking import Mark
from tracer.guide.exercises import completing
from tracer.guide.exercises.item import Code, Item, Place
from tracer.minidocker.twin import TWINS

SEND = "(*github.com/docker/libcontainer/syncpipe.SyncPipe).SendToChild"
HEAD = "def send_to_child(self, state):\n"


def written(go_name: str) -> Item:
    sound = completing.definition(TWINS[go_name])
    code = Code("docker-run", go_name, "", sound, (Place(go_name, 108, "exec.go:108"),))
    return Item("p.K9.1", "K9", "docker-run", 108, "Write it.", "", code, "", ("", "", ""))


def check(*lines: str, seconds: float = 60) -> Mark:
    body = "".join(f"    {line}\n" for line in lines)
    return sandbox.check(written(SEND), HEAD + body, seconds=seconds)


def test_the_reference_passes() -> None:
    item = written(SEND)
    assert isinstance(item.answer, Code)

    assert sandbox.check(item, item.answer.solution).right


def test_another_way_to_the_same_calls_passes() -> None:
    mark = check(
        "text = json.dumps(dict(state))",
        "syscall.write(self.parent_end, text.encode())",
        "syscall.shutdown(self.parent_end)",
    )

    assert mark.right


def test_a_wrong_order_is_told_with_the_step_and_the_go_line() -> None:
    mark = check(
        "syscall.shutdown(self.parent_end)",
        "syscall.write(self.parent_end, json.dumps(state).encode())",
    )

    assert mark.status == "fail"
    assert "step 108, (*syncpipe.SyncPipe).SendToChild (exec.go:108)" in mark.message
    assert "write(" in mark.message


def test_a_call_left_out_fails_though_it_changes_no_state() -> None:
    mark = check("syscall.write(self.parent_end, json.dumps(state).encode())")

    assert mark.status == "fail"
    assert "108" in mark.message


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["return nothing"], "line 2: NameError"),
        (["("], "not Python"),
        (["pass", "def f(): pass"], "At step 108"),
    ],
)
def test_code_that_stops_is_a_fail_and_tells_the_line(lines: list[str], said: str) -> None:
    mark = check(*lines)

    assert mark.status == "fail"
    assert said in mark.message


@pytest.mark.parametrize(
    "lines",
    [
        ["while True: pass"],
        ["import os"],
        ["raise SystemExit"],
        ["json.codecs.sys.exit(0)"],
        ["json.codecs.sys.modules['os']._exit(0)"],
        ["json.codecs.sys.modules['os'].fork()"],
        ["json.codecs.open('/etc/passwd')"],
        ["try:", "    json.codecs.open('/etc/passwd')", "except Exception: pass"],
        ["while True: print('x' * 10**6)"],
        ["().__class__.__bases__"],
    ],
)
def test_code_that_breaks_the_rules_is_an_error_of_its_own_item(lines: list[str]) -> None:
    assert check(*lines, seconds=20).status == "error"


def test_a_file_that_is_no_text_fails() -> None:
    item = written(SEND)

    assert sandbox.check(item, "\0\x7fELF").status == "fail"
    assert sandbox.check(item, "").status == "fail"
    assert sandbox.check(item, "def other(): pass\n").status == "fail"
