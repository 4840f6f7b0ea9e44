import pytest

from tracer.classroom import asking, marking, pack
from tracer.classroom.marking import AnswerError
from tracer.classroom.pack import Pack
from tracer.guide.exercises.item import (
    Answer,
    Choice,
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
    ("form", "words"),
    [
        ("choice", ["A", "B"]),
        ("choice", []),
        ("choice", ["Z"]),
        ("several", ["A", "A"]),
        ("matching", ["A"]),
        ("table", ["1"]),
    ],
)
def test_an_answer_of_another_form_is_refused(form: str, words: list[str]) -> None:
    with pytest.raises(AnswerError):
        points(form, *words)


def test_a_ticket_adds_the_marks_of_its_items() -> None:
    ticket = item(Ticket(tuple(item(FORMS[f], f"t/{f}") for f in sorted(FORMS))), "p.K16.1")
    answers = [marking.solution(item(FORMS[f])) for f in sorted(FORMS)]

    assert marking.mark(ticket, answers).right
    assert marking.mark(ticket, [["A"], *answers[1:]]).points == ticket.most - 1


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


@pytest.mark.parametrize("form", sorted(FORMS))
def test_what_is_shown_as_the_solution_can_be_typed(form: str) -> None:
    asked = item(FORMS[form])
    right = marking.solution(asked)

    assert asking.parse(asked, asking.written(asked, right)) == right
    assert asking.parse(asked, asking.written(asked, right).lower().replace(" ", ","))
