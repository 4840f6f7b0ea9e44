"""The keys are looked up again, in fresh walkthroughs and fresh runs, by other means."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import permutations

import pytest

from tracer import pipeline
from tracer.classroom import marking
from tracer.golang import names
from tracer.guide import twins
from tracer.guide.exercises import completing, course, ordering, rewriting, vetting, what_if
from tracer.guide.exercises.item import (
    Choice,
    Code,
    Item,
    Matching,
    Order,
    Several,
    Table,
    Ticket,
)
from tracer.guide.exercises.lesson import Lesson, plain
from tracer.guide.exercises.predicting import HOW, NOTHING
from tracer.guide.exercises.rewriting import RewriteError
from tracer.guide.exercises.strands import Strands
from tracer.guide.twins import Comparison
from tracer.guide.walkthrough import Walkthrough
from tracer.minidocker import scenarios
from tracer.minidocker.recording import changes, sentences
from tracer.minidocker.recording.model import Recording, Tree
from tracer.minidocker.scenarios import SCENARIOS
from tracer.pipeline import Traced


class Fresh:
    """Walkthroughs and runs made anew, to look the keys up in."""

    def __init__(self, traced: Traced) -> None:
        self.walks = {story.id: pipeline.walk(traced, story.id) for story in traced.told}
        self.runs = {id_: twins.run(self.walks[id_]) for id_ in SCENARIOS if id_ in self.walks}

    def lessons(self, traced: Traced) -> list[Lesson]:
        return [Lesson(traced.graph, w, self.runs.get(id_)) for id_, w in self.walks.items()]


@pytest.fixture(scope="module")
def fresh(pocket: Traced) -> Fresh:
    return Fresh(pocket)


@pytest.fixture(scope="module")
def made(pocket: Traced) -> tuple[Item, ...]:
    """The course of one seed."""
    return pipeline.exercises(pipeline.lessons(pocket), "1").items


@pytest.fixture(scope="module")
def items(made: tuple[Item, ...]) -> list[Item]:
    """Its items, those of tickets too."""
    return flat(made)


def flat(found: tuple[Item, ...]) -> list[Item]:
    parts = [
        each for item in found if isinstance(item.answer, Ticket) for each in item.answer.items
    ]
    return [item for item in found if not isinstance(item.answer, Ticket)] + parts


def of_kind(items: list[Item], kind: str) -> list[Item]:
    return [item for item in items if item.kind == kind]


def changed(item: Item, compared: Comparison) -> list[str]:
    """K1: the options that a fresh run shows at the step."""
    assert isinstance(item.answer, Choice)
    pair = next(p for p in compared.main_line if p.step.number == item.step)
    seen = {*pair.changed, *(s for change in pair.changes for s in sentences.say([change]))}
    return [o for o in item.answer.options if o in seen or (o == NOTHING and not pair.changes)]


def entered(item: Item, walked: Walkthrough) -> list[str]:
    """K2: the options that name the path's hop."""
    assert isinstance(item.answer, Choice)
    edge = next(s.edge for s in walked.main_line if s.number == item.step)
    hop = f"{names.short(edge.callee)}, by {HOW[edge.kind]}"
    return [option for option in item.answer.options if option == hop]


def making(recording: Recording) -> dict[tuple[str, ...], set[str]]:
    """K7: what each call changed, in words → the names of the calls that did it."""
    found: dict[tuple[str, ...], set[str]] = {}
    for call in recording.calls:
        made = [change for change in recording.changes if change.call == call.tick]
        said = tuple(plain(sentences.say(made)))[:4]
        found.setdefault(said, set()).add(call.name)
    return found


def counted(state: Tree) -> dict[str, int]:
    """K5: counts taken from a state in another way than the items do."""

    def size(section: str) -> int:
        value = state[section]
        assert isinstance(value, dict)
        return len(value)

    def inner(section: str) -> int:
        value = state[section]
        assert isinstance(value, dict)
        return sum(len(each) for each in value.values() if isinstance(each, dict))

    return {
        "processes": size("processes"),
        "mount namespaces": size("mounts"),
        "mounts in all of them": inner("mounts"),
        "cgroups below the top": inner("cgroups"),
        "network namespaces": size("network"),
        "containers' files and directories": size("files"),
    }


def wrong_keys(item: Item, fresh: Fresh) -> list[str]:
    """What disagrees with the fresh look-up; nothing for an item that holds."""
    walked, compared = fresh.walks[item.path], fresh.runs.get(item.path)
    match item.kind, item.answer:
        case "K1", Choice(options, right) if compared is not None:
            return [] if changed(item, compared) == [options[right]] else ["K1"]
        case "K2", Choice(options, right):
            return [] if entered(item, walked) == [options[right]] else ["K2"]
        case "K3", Matching(rows, labels, right):
            homes: dict[str, set[str]] = {}
            for step in walked.main_line:
                bare = names.short(step.edge.callee).rpartition(".")[2]
                homes.setdefault(bare, set()).add(step.hop.layer_to)
            told = {row: {labels[label]} for row, label in zip(rows, right, strict=True)}
            return [] if told == {row: homes[row] for row in rows} else ["K3"]
        case "K4", Order():
            return misordered(item, walked)
        case "K5", Table() if compared is not None:
            return miscounted(item, compared)
        case "K7", Choice(options, right) if compared is not None:
            by = making(compared.recording)[tuple(item.shown.splitlines())]
            return [] if [o for o in options if o in by] == [options[right]] else ["K7"]
        case "K12", Several():
            return unlike(item)
        case _, Code():
            return []
    return ["no rule"]


def misordered(item: Item, walked: Walkthrough) -> list[str]:
    assert isinstance(item.answer, Order)
    order = item.answer
    numbers: dict[int, list[int]] = {
        n: [s.number for s in walked.main_line if s.label == line]
        for n, line in enumerate(order.lines)
    }
    strays = [n for n, found in numbers.items() if not found]
    if tuple(strays) != order.strays:
        return ["strays"]
    ran = sorted((n for n in numbers if n not in strays), key=lambda n: min(numbers[n]))
    in_path_order = [marking.letter(n) for n in ran]
    found = [] if marking.mark(item, in_path_order).right else ["the path's own order fails"]
    return found + [
        "a required pair may be turned"
        for m, n in order.before
        if min(numbers[m]) > max(numbers[n])
    ]


def miscounted(item: Item, compared: Comparison) -> list[str]:
    assert isinstance(item.answer, Table)
    pairs = [p for p in compared.executed if p.changes and p.step.number >= item.step]
    recording = compared.recording
    for pair, row in zip(pairs, item.answer.right, strict=False):
        state = changes.after(recording.start, recording.changes[: pair.until])
        counts = counted(state)
        if [str(counts[name]) for name in item.answer.columns] != list(row):
            return [f"step {pair.step.number}"]
    return []


@cache
def run_with(path: str, flag: str) -> Recording:
    found = scenarios.run(path) if not flag else what_if.variant.__wrapped__(path, flag)
    assert found is not None
    return found


def unlike(item: Item) -> list[str]:
    assert isinstance(item.answer, Several)
    flag = re.findall(r"`([^`]+)`", item.question)[1]
    base, other = run_with(item.path, ""), run_with(item.path, flag)
    different = tuple(
        n
        for n, option in enumerate(item.answer.options)
        if what_if.SEEN[option](base) != what_if.SEEN[option](other)
    )
    return [] if different == item.answer.right else ["K12"]


def test_every_key_agrees_with_a_fresh_look_up(items: list[Item], fresh: Fresh) -> None:
    offenders = [f"{item.id}: {wrong}" for item in items for wrong in wrong_keys(item, fresh)]

    assert offenders == []


def test_no_two_options_are_equal_and_just_one_is_right(items: list[Item]) -> None:
    offenders = []
    for item in items:
        if isinstance(item.answer, Choice):
            letters = [marking.letter(n) for n in range(len(item.answer.options))]
            right = [each for each in letters if marking.mark(item, [each]).right]
            if len(set(item.answer.options)) < len(item.answer.options) or len(right) != 1:
                offenders.append(item.id)

    assert offenders == []


def test_an_item_does_not_name_its_own_answer(items: list[Item]) -> None:
    offenders = [
        item.id
        for item in items
        if isinstance(item.answer, Choice)
        and item.answer.options[item.answer.right] in f"{item.question} {item.shown}"
    ]

    assert offenders == []


def test_a_course_has_every_kind_and_no_kind_over_a_quarter(
    made: tuple[Item, ...], fresh: Fresh
) -> None:
    kinds = [item.kind for item in made]

    assert len(made) >= 60
    assert len({item.id for item in made}) == len(made)
    assert max(kinds.count(kind) for kind in set(kinds)) <= len(made) / 4
    assert set(kinds) == {
        *("K1", "K2", "K3", "K4", "K5", "K7", "K8", "K9", "K10", "K12", "K14", "K16")
    }
    assert min(kinds.count(kind) for kind in set(kinds)) >= 3
    assert min(sum(i.path == path for i in made) for path in fresh.walks) >= 3


def test_the_same_seed_gives_the_same_course(pocket: Traced, fresh: Fresh) -> None:
    lessons, some = fresh.lessons(pocket), frozenset({"network-init", "volumes"})

    assert course.items(lessons, "7", some) == course.items(lessons, "7", some)
    assert course.items(lessons, "7", some) != course.items(lessons, "8", some)


def test_every_order_passes_that_the_dependencies_allow(pocket: Traced, fresh: Fresh) -> None:
    run, other = (each for each in fresh.lessons(pocket) if each.id in {"docker-run", "commit"})
    made = (ordering.arrange(run, [other], str(seed)) for seed in range(100))
    free = next(m for m in made if m and isinstance(m.answer, Order) and len(m.answer.before) < 15)
    assert isinstance(free.answer, Order)
    lines = [n for n in range(len(free.answer.lines)) if n not in free.answer.strays]
    allowed = [
        order
        for order in permutations(lines)
        if all(order.index(m) < order.index(n) for m, n in free.answer.before)
    ]
    passed = [
        order
        for order in permutations(lines)
        if marking.mark(free, [marking.letter(n) for n in order]).right
    ]

    assert len(allowed) > 1
    assert passed == allowed


def test_a_child_that_has_not_waited_yet_may_come_before_or_after_its_parent_s_steps(
    pocket: Traced, fresh: Fresh
) -> None:
    lesson = next(each for each in fresh.lessons(pocket) if each.id == "docker-run")
    strands = Strands(lesson)
    steps = {names.short(s.edge.callee): s for s in lesson.walked.main_line}
    child, parent = steps["dockerinit.main"], steps["namespaces.SetupCgroups"]
    after = steps["namespaces.setupNetwork"]  # the child has been told that the network is there

    assert strands.before(child, parent) is False
    assert strands.before(parent, after) is None
    assert strands.before(steps["namespaces.Exec"], after) is True


def test_a_function_s_starter_fails_its_reference_passes_and_wrong_ones_are_told_where(
    items: list[Item],
) -> None:
    codes = {item.id: item.answer for item in items if isinstance(item.answer, Code)}
    some = {id_: code for id_, code in codes.items() if id_.endswith(("K9.1", "K10.2"))}
    offenders = [
        f"{id_}: {problem}"
        for id_, code in some.items()
        for problem in code_problems(code)
        if not code.jail
    ]

    assert len({code.path for code in some.values()}) > 6
    assert offenders == []


def code_problems(code: Code) -> Iterator[str]:
    def told(text: str) -> str:
        try:
            return rewriting.problem_of(code, *rewriting.run(code.path, code.twin, text))
        except RewriteError as error:
            return rewriting.told_stop(code, str(error))

    yield from vetting.objections(code.solution)
    if not told(code.starter):
        yield "its starter passes"
    if said := told(code.solution):
        yield f"its reference fails: {said}"
    wrong = completing.wrong(code.path, code.twin, code.solution, 2)
    if len(wrong) < 2:
        yield "no two wrong solutions are noticed"
    for text in wrong:
        if not re.search(r"\(.*\.go:\d+\)", said := told(text)):
            yield f"a wrong solution is not told where: {said}"
