"""A class hands in: right, wrong and hostile. What is wrong with one stays with it."""

import csv
import io
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tracer.classroom import grading, marking, own, state
from tracer.classroom.grading import Result
from tracer.classroom.pack import Pack
from tracer.classroom.results import by_learner, report
from tracer.classroom.results.classroom50 import classroom50
from tracer.classroom.results.gift import gift
from tracer.classroom.state import Done, State
from tracer.errors import PackError

PACK = own.read(
    r"""
[[item]]
id = "clone-1"
question = "Which {flag} = 1?"
options = ["NEWPID", "NEWNS", "NEWUTS"]
right = "A"
why = "It counts."

[[item]]
id = "several-1"
question = "Which two?"
options = ["a", "b", "c"]
right = ["A", "C"]

[[item]]
id = "where-1"
question = "Where?"
rows = { CmdRun = "client", Start = "daemon" }

[[item]]
id = "join-1"
question = "Write the twin of SendToChild."
path = "docker-run"
twin = "(*syncpipe.SyncPipe).SendToChild"
""",
    "pack",
)
WORSE = ("while True: pass", "raise SystemExit", "json.codecs.sys.modules['os']._exit(0)")


def hand_in(folder: Path, name: str, *, code: str | None = None, **wrong: list[object]) -> None:
    """A submission with the right answers, but for those that are given."""
    place = folder / name
    (place / "exercises").mkdir(parents=True)
    given = State()
    for item in PACK.items:
        answer = wrong.get(item.id.replace("-", "_"), marking.solution(item))
        if item.id == "join-1" and code is not None:
            answer = [code]
        if item.id == "join-1":
            (place / "exercises" / "join-1.py").write_text(str(answer[0]))
        tried: list[object] = [["B"]] if item.id == "clone-1" else []
        row = Done("pass", 99, 99, 2, 1, first=False, shown=False, answer=answer, wrong=tried)
        given = given.noted(item.id, row)
    state.save(given, place / state.FILE)


def results(folder: Path, *names: str) -> dict[tuple[str, str], Result]:
    known: dict[str, Pack] = dict.fromkeys(names, PACK)
    return {(r.learner, r.item): r for r in grading.grade(folder, known)}


def test_marks_in_a_submission_are_not_believed(tmp_path: Path) -> None:
    hand_in(tmp_path, "ann")
    hand_in(tmp_path, "bob", clone_1=["B"], several_1=["A"])
    found = results(tmp_path, "ann", "bob")

    assert [found["ann", i.id].status for i in PACK.items] == ["pass"] * 4
    assert [found["bob", i.id].points for i in PACK.items] == [0, 2, 2, 5]


def test_bad_submissions_stop_nobody(tmp_path: Path) -> None:
    head = "def send_to_child(self, state):\n    "
    for number, body in enumerate(WORSE):
        hand_in(tmp_path, f"worse{number}", code=head + body + "\n")
    hand_in(tmp_path, "ann")
    hand_in(tmp_path, "odd", clone_1={"a": 1}, several_1=[[["x"]]], where_1=["Z"])  # type: ignore[arg-type]
    (tmp_path / "empty").mkdir()
    for name, content in (("binary", os.urandom(500)), ("deep", b"[" * 100_000)):
        (tmp_path / name).mkdir()
        (tmp_path / name / state.FILE).write_bytes(content)
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / state.FILE).symlink_to("/etc/passwd")
    names = sorted(p.name for p in tmp_path.iterdir())
    found = results(tmp_path, *names, "absent")

    assert [found["ann", i.id].status for i in PACK.items] == ["pass"] * 4
    for number in range(len(WORSE)):
        statuses = [found[f"worse{number}", i.id].status for i in PACK.items]
        assert statuses == ["pass", "pass", "pass", "error"]
    assert found["odd", "where-1"].status == "error"
    assert found["odd", "join-1"].status == "pass"
    assert {found["absent", i.id].status for i in PACK.items} == {"missing"}
    for name in ("binary", "deep", "link"):
        assert {found[name, i.id].status for i in PACK.items} == {"error"}


def test_a_folder_without_a_known_learner_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError):
        grading.grade(tmp_path, {"ann": PACK})


def some() -> tuple[Result, ...]:
    return (
        Result("ann", "p.K1.1", "K1", "p", "pass", 1, 1, "Right.", 1, 0, first=True),
        Result("ann", "p.K9.1", "K9", "p", "error", 0, 5, "bad \x00 <&> |\n text"),
        Result("bob", "p.K1.1", "K1", "p", "fail", 0, 1, "No.", 2, 1, wrong=("=x", "y", "=x")),
        Result("bob", "p.K9.1", "K9", "p", "missing", 0, 5, "Not handed in."),
    )


def test_grades_are_read_as_they_were_written() -> None:
    assert grading.read(grading.write(some()), "g") == some()


def test_junit_has_a_suite_for_each_learner_and_a_case_for_each_item() -> None:
    root = ET.fromstring(by_learner.junit(some(), "week 1"))
    suites = {suite.get("name"): suite for suite in root}

    assert suites["ann"].attrib == {
        "name": "ann",
        "time": "0",
        "tests": "2",
        "failures": "0",
        "errors": "1",
        "skipped": "0",
    }
    assert [case.get("name") for case in suites["bob"].iter("testcase")] == ["p.K1.1", "p.K9.1"]
    assert suites["bob"].find("testcase/failure") is not None
    assert suites["bob"].find("testcase/skipped") is not None


def test_the_csv_has_nbgrader_s_columns() -> None:
    rows = list(csv.DictReader(io.StringIO(by_learner.nbgrader_csv(some(), "week 1"))))

    assert list(rows[0]) == list(by_learner.COLUMNS)
    assert [(r["student_id"], r["score"], r["max_score"]) for r in rows] == [
        ("ann", "1", "6"),
        ("bob", "0", "6"),
    ]


def test_gradescope_gets_a_score_and_a_test_for_each_item() -> None:
    own_results = [each for each in some() if each.learner == "ann"]
    content = json.loads(by_learner.gradescope(own_results))

    assert content["score"] == sum(test["score"] for test in content["tests"]) == 1
    assert {test["status"] for test in content["tests"]} == {"passed", "failed"}
    assert {test["visibility"] for test in content["tests"]} == {"visible"}


def test_classroom_50_gets_its_fields_and_who_it_is_from_the_variables() -> None:
    own_results = [each for each in some() if each.learner == "ann"]
    moment = datetime(2026, 11, 26, 9, 30, 1, tzinfo=UTC)
    alone = json.loads(classroom50(own_results, {}, moment))
    graded = json.loads(classroom50(own_results, {"USERNAME": "octo", "ASSIGNMENT": "w1"}, moment))

    assert set(alone) == {
        *("schema", "classroom", "assignment", "submission", "commit", "release", "review"),
        *("usernames", "datetime", "score", "max-score", "tests"),
    }
    assert (alone["schema"], alone["datetime"]) == (
        "classroom50/result/v1",
        "2026-11-26T09:30:01Z",
    )
    assert alone["score"] == sum(test["score"] for test in alone["tests"]) == 1
    assert alone["max-score"] == sum(test["max-score"] for test in alone["tests"])
    assert {frozenset(test) for test in alone["tests"]} == {
        frozenset({"test-name", "passed", "score", "max-score"})
    }
    assert (alone["usernames"], graded["usernames"]) == (["ann"], ["octo"])
    assert (alone["assignment"], graded["assignment"]) == ("", "w1")


def test_the_summary_is_a_table_without_broken_cells() -> None:
    lines = by_learner.markdown(some(), "week|1").splitlines()
    rows = [line for line in lines if line.startswith("| ")]

    assert len(rows) == 3
    assert {line.replace("\\|", "").count("|") for line in rows} == {5}


def test_gift_escapes_its_own_signs_and_keeps_one_right_answer() -> None:
    text = gift([PACK, PACK])

    assert text.count("::clone-1::Which \\{flag\\} \\= 1? {") == 1
    assert "\t=NEWPID" in text
    assert text.count("\t~NEW") == 2
    assert "~%50%a" in text
    assert "=CmdRun -> client" in text
    assert "join-1" not in text


def test_the_report_names_the_wrong_option_that_was_chosen_most() -> None:
    rows = {row[0]: row for row in report.items_rows(some())}

    assert rows["p.K1.1"][3:] == ("50%", "50%", "0", "=x (2)")
    assert "'=x (2)" in report.table(report.ITEMS, report.items_rows(some()))
    assert "&lt;&amp;&gt;" not in report.page(some(), "week 1")
    assert "<script" not in report.page(
        (Result("<script>", "i", "K1", "p", "pass", 1, 1, ""),), "w"
    )
