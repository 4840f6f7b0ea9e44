import hashlib
from dataclasses import replace

import pytest

from tracer.classroom import asking, marking, pack, packcheck
from tracer.classroom.marking import AnswerError
from tracer.classroom.pack import Pack
from tracer.errors import PackError
from tracer.guide.exercises.item import (
    Answer,
    Choice,
    Code,
    Item,
    Matching,
    Order,
    Several,
    Table,
    Ticket,
)

ORDER = Order(("c", "a", "x", "b"), ((1, 3), (3, 0), (1, 0)), (2,))
FORMS: dict[str, Answer] = {
    "choice": Choice(("one", "two", "three"), 1),
    "several": Several(("one", "two", "three"), (0, 2)),
    "matching": Matching(("one", "two"), ("even", "odd"), (1, 0)),
    "order": ORDER,
    "table": Table(("pids", "mounts"), ("clone", "mount"), (("3", "9"), ("3", "10"))),
}


def item(answer: Answer, name: str = "p.K1.1") -> Item:
    return Item(name, "K1", "p", 1, "Which?", "", answer, "Because.", ("1", "2", "3"))


def points(form: str, *words: str) -> int:
    return marking.mark(item(FORMS[form]), words).points


@pytest.mark.parametrize("form", sorted(FORMS))
def test_the_solution_gets_all_points(form: str) -> None:
    asked = item(FORMS[form])
    mark = marking.mark(asked, marking.solution(asked))

    assert (mark.points, mark.status) == (asked.most, "pass")


def test_of_a_choice_one_letter_is_right() -> None:
    assert [points("choice", each) for each in "ABC"] == [0, 1, 0]
    assert points("choice", " b ") == 1


def test_each_option_of_several_is_judged_for_itself() -> None:
    assert points("several", "A", "C") == 3
    assert points("several", "A") == 2
    assert points("several") == 1
    assert points("several", "B") == 0


def test_each_row_of_a_matching_is_marked_for_itself() -> None:
    assert points("matching", "B", "A") == 2
    assert points("matching", "B", "B") == 1


def test_an_order_loses_a_point_for_each_line_that_must_move() -> None:
    assert points("order", "B", "D", "A") == 4
    assert points("order", "B", "A", "D") == 3
    assert points("order", "A", "D", "B") == 2
    assert points("order", "B", "D", "A", "C") == 3
    assert points("order", "B", "D") == 3


def test_lines_without_a_dependency_come_either_way() -> None:
    free = item(Order(("a", "b"), (), ()))

    assert marking.mark(free, ["A", "B"]).right
    assert marking.mark(free, ["B", "A"]).right


def test_a_row_of_a_table_counts_only_when_it_is_whole() -> None:
    assert points("table", "3", "9", "3", "9") == 1
    assert points("table", "3", "9", "4", "9") == 1


@pytest.mark.parametrize(
    ("words", "right"),
    [("3 9 3 10", 2), ("3 9 3 9", 1), ("2 9 3 10", 1), ("3 8 3 10", 1), ("3 9 2 10", 1)],
)
def test_each_cell_of_a_table_counts(words: str, right: int) -> None:
    assert points("table", *words.split()) == right


@pytest.mark.parametrize(
    ("form", "words", "message"),
    [
        ("choice", "A", "A is not it."),
        ("choice", "B", "Right."),
        ("several", "B", "Look again at A, B, C."),
        ("several", "A C", "Right."),
        ("matching", "A B", "Not in its place: row 1, 2."),
        ("matching", "B A", "Right."),
        ("order", "B D A", "Right."),
        ("order", "B A D", "D must come before A."),
        ("order", "B D", "A line of this path is missing."),
        ("order", "B D A C", "A line is in it that belongs to another path."),
        ("table", "2 9 2 10", "Not right: row 1, 2."),
        ("table", "3 9 3 10", "Right."),
    ],
)
def test_a_mark_says_what_is_wrong(form: str, words: str, message: str) -> None:
    found = marking.mark(item(FORMS[form]), words.split())
    status = "pass" if message == "Right." else "fail"

    assert (found.message, found.status, found.most) == (message, status, item(FORMS[form]).most)


@pytest.mark.parametrize(
    ("form", "words", "reason"),
    [
        ("choice", "A B", "give 1 letter, not 2"),
        ("choice", "", "give 1 letter, not 0"),
        ("choice", "Z", "“Z” is none of A to C"),
        ("several", "A A", "a letter is there twice"),
        ("several", "D", "“D” is none of A to C"),
        ("matching", "A", "give 2 letters, not 1"),
        ("matching", "A C", "“C” is none of A to B"),
        ("order", "E", "“E” is none of A to D"),
        ("table", "1", "give 2 rows of 2 values"),
    ],
)
def test_an_answer_of_another_form_is_refused(form: str, words: str, reason: str) -> None:
    with pytest.raises(AnswerError) as caught:
        points(form, *words.split())

    assert str(caught.value) == reason


def test_what_is_right_is_a_set_of_claims() -> None:
    found = {form: marking.claims(item(answer)) for form, answer in FORMS.items()}

    assert found == {
        "choice": ("B",),
        "several": ("A=yes", "B=no", "C=yes"),
        "matching": ("1=B", "2=A"),
        "order": ("B<D", "D<A", "B<A", "C=stray"),
        "table": ("1,1=3", "1,2=9", "2,1=3", "2,2=10"),
    }


def test_code_is_run_and_not_marked_here() -> None:
    code = item(Code("p", "p.f", "def f(): ...", "def f(): pass", ()))

    assert marking.claims(code) == ()
    assert marking.solution(code) == ["def f(): pass"]
    with pytest.raises(AnswerError, match=r"^this is no question with a short answer$"):
        marking.mark(code, ["A"])


def test_a_ticket_adds_the_marks_of_its_items() -> None:
    ticket = item(Ticket(tuple(item(FORMS[f], f"t/{f}") for f in sorted(FORMS))), "p.K16.1")
    answers = [marking.solution(item(FORMS[f])) for f in sorted(FORMS)]

    assert marking.mark(ticket, answers).right
    assert marking.mark(ticket, [["A"], *answers[1:]]).points == ticket.most - 1
    assert marking.mark(ticket, [["A"], ["A", "B"], *answers[2:]]).message == (
        "Not right: question 1, 2."
    )


def test_a_ticket_takes_a_bare_word_for_an_answer_of_one() -> None:
    cell = Table(("pids",), ("clone",), (("12",),))
    ticket = item(Ticket((item(FORMS["choice"]), item(cell))), "p.K16.1")

    assert marking.mark(ticket, ["B", 12]).right
    with pytest.raises(AnswerError, match=r"^“AB” is none of A to C$"):
        marking.mark(ticket, ["AB", 12])
    with pytest.raises(AnswerError, match=r"^answer all 2 questions$"):
        marking.mark(ticket, ["B"])


def test_a_sealed_pack_holds_no_key_and_marks_alike() -> None:
    items = [item(FORMS[f], f"p.{f}") for f in sorted(FORMS)]
    items.append(item(Ticket(tuple(item(FORMS[f], f"t/{f}") for f in sorted(FORMS))), "p.K16.1"))
    open_ = Pack("t", tuple(items))
    written = pack.write(open_, salt="s")
    sealed = pack.read(written, "t")

    assert not {'"right"', '"before"', '"strays"', "Because."} & set(written.split())
    assert "Because" not in written
    assert "right" not in written
    for known, asked in zip(open_.items, sealed.items, strict=True):
        for answer in (marking.solution(known), wrong(known)):
            assert marking.mark(asked, answer, sealed.holds) == marking.mark(known, answer)


def wrong(asked: Item) -> list[object]:
    right = marking.solution(asked)
    if isinstance(asked.answer, Ticket):
        return [wrong(part) for part in asked.answer.items]
    return ["A"] if isinstance(asked.answer, Choice) else list(reversed(right))


def test_a_pack_is_read_as_it_was_written() -> None:
    made = Pack("t", tuple(item(FORMS[f], f"p.{f}") for f in sorted(FORMS)))

    assert pack.read(pack.write(made), "t") == made


@pytest.mark.parametrize("number", ["1e999", "NaN", "[]", "null"])
def test_a_pack_with_a_step_that_is_no_number_is_refused(number: str) -> None:
    made = Pack("t", (item(FORMS["choice"]),))
    text = pack.write(made).replace('"step": 1', f'"step": {number}')
    assert number in text
    with pytest.raises(PackError, match="t is no pack of exercises"):
        pack.read(text, "t")


def test_a_kind_with_a_raised_number_is_counted() -> None:
    kinds = [replace(item(FORMS["choice"]), kind=kind) for kind in ("K²", "K2")]
    assert "K² 1, K2 1" in packcheck.verdict(Pack("t", tuple(kinds)), [])


@pytest.mark.parametrize("form", sorted(FORMS))
def test_what_is_shown_as_the_solution_can_be_typed(form: str) -> None:
    asked = item(FORMS[form])
    right = marking.solution(asked)

    assert asking.parse(asked, asking.written(asked, right)) == right
    assert asking.parse(asked, asking.written(asked, right).lower().replace(" ", ","))


def test_an_item_is_worth_its_options_rows_or_lines_and_code_five() -> None:
    code = item(Code("p", "p.f", "", "", ()))
    ticket = item(Ticket(tuple(item(FORMS[f]) for f in sorted(FORMS))))

    assert {f: item(FORMS[f]).most for f in FORMS} == {
        "choice": 1,
        "several": 3,
        "matching": 2,
        "order": 4,
        "table": 2,
    }
    assert (code.most, ticket.most) == (5, 12)


def test_the_solution_of_an_order_is_the_first_that_its_pairs_allow() -> None:
    assert ORDER.solution == (1, 3, 0)
    assert Order(("a", "b", "c"), ((2, 0),), ()).solution == (1, 2, 0)


def test_a_ticket_is_typed_with_strokes_between_its_answers() -> None:
    ticket = item(Ticket((item(FORMS["several"]), item(FORMS["table"]))), "p.K16.1")

    assert asking.parse(ticket, "- / 3 9 3 10") == [[], ["3", "9", "3", "10"]]
    assert asking.written(ticket, [[], ["3"]]) == "- / 3"
    assert asking.parse(item(FORMS["several"]), "") == []
    with pytest.raises(
        AnswerError, match=r"^Answer the 2 questions, with / between the answers\.$"
    ):
        asking.parse(ticket, "A")


def test_a_stray_line_is_found_by_its_claim_sealed_or_not() -> None:
    asked = item(ORDER)
    sealed = pack.read(pack.write(Pack("t", (asked,)), salt="s"), "t")

    assert marking.find_stray(asked) == "C"
    assert marking.find_stray(sealed.items[0], sealed.holds) == "C"
    assert marking.find_stray(item(Order(("a", "b"), (), ()))) is None
    assert marking.find_stray(item(FORMS["choice"])) is None


def test_a_locked_text_is_read_with_all_claims_and_the_salt() -> None:
    text = "because the cgroup is made before the process is let go on · é"
    hidden = marking.locked(text, "salt", ["B=no", "A=yes"])

    assert unlocked(hidden, "salt\nA=yes\nB=no") == text.encode()
    assert marking.locked("a" * 32, "s", ["B"]) == (
        bytes(a ^ ord("a") for a in hashlib.sha256(b"s\nB\n0").digest()).hex()
    )
    assert [len(marking.locked("a" * n, "s", ["B"])) for n in (0, 33, 1057)] == [0, 66, 2114]
    assert b"cgroup".hex() not in hidden


def unlocked(hidden: str, key: str) -> bytes:
    """What the page does: each 32 bytes are hidden by the hash of the key and their number."""
    kept = bytes.fromhex(hidden)
    stream = b"".join(hashlib.sha256(f"{key}\n{n}".encode()).digest() for n in range(9))
    return bytes(a ^ b for a, b in zip(kept, stream, strict=False))
