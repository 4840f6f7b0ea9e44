"""K8, K9 and K10: write a function of the twin; run like the sound one, it is right.

K9 leaves the signature, K8 blanks out names and values in the body, K10 has a fault put in: a call
left out, two calls or arguments swapped, a flag dropped, a yes for a no. Each starter is run here
and must make a difference, else it is not used: a blank that is never reached, a fault that nobody
notices.
"""

import ast
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from random import Random

from tracer.golang import names
from tracer.guide import twins
from tracer.guide.exercises import rewriting, tried, vetting
from tracer.guide.exercises.item import Code, Item, Place
from tracer.guide.exercises.lesson import Lesson, chooser, shuffled, told
from tracer.guide.twins import Pair
from tracer.minidocker.recording.model import Recording
from tracer.minidocker.twin import Twin

BLANK = "___"
_BLANKS = 3
_SHORT, _LONG = 2, 15  # lines of a body
_MOVED = 3  # statements that are worth putting in order
_FAULTS = 8  # that are tried on one function


@dataclass(frozen=True, repr=False)
class Chosen:
    """A twin to write, where the path comes to it."""

    lesson: Lesson
    pair: Pair
    twin: Twin
    text: str  # of the function, whole
    places: tuple[Place, ...]

    @property
    def sound(self) -> Recording:
        """The run that it is compared with."""
        assert self.lesson.compared is not None
        return self.lesson.compared.recording


def definition(twin: Twin) -> str:
    """The text of a twin without its decorators."""
    text = textwrap.dedent(twins.source(twin)[1])
    function = rewriting.only_function(text)
    return "\n".join(text.splitlines()[function.lineno - 1 :]) + "\n"


def candidates(lesson: Lesson) -> list[Chosen]:
    """The twins on a path's main line that do something themselves, of a fit length."""
    places = _places(lesson)
    found: dict[str, Chosen] = {}
    for pair in lesson.ran:
        twin = pair.twin
        if twin is None or twin.go_name in found or rewriting.original(twin) is None:
            continue
        text = definition(twin)
        lines = len(_statements(text))
        acts = (pair.calls or pair.changes) and not vetting.objections(text)
        if acts and lines >= _SHORT and len(text.splitlines()) - 2 <= _LONG:
            found[twin.go_name] = Chosen(lesson, pair, twin, text, places)
    return list(found.values())


def trials(text: str) -> Iterator[str]:
    """All texts with one fault or one blank in them, each once."""
    found = [*_faults(text), *(_blanked(text, [spot]) for spot in _spots(text))]
    yield from sorted({each for each in found if each != text})


def wrong(path: str, go_name: str, text: str, count: int) -> list[str]:
    """Texts with one fault each, as a learner might write them; each makes a difference."""
    found: list[str] = []
    for fault in sorted({each for each in _faults(text) if each != text}):
        if len(found) < count and tried.differs(path, go_name, fault):
            found.append(fault)
    return found


def checkable(chosen: Chosen) -> bool:
    """Say whether at least two plausible faults in a function are noticed."""
    return len(wrong(chosen.lesson.id, chosen.twin.go_name, chosen.text, 2)) > 1


def complete(chosen: Chosen, number: int, seed: str) -> Item:
    """Ask for the whole body (K9), which is the same for every seed."""
    del seed
    starter = unwritten(chosen.text)
    return _item(chosen, "K9", number, starter, "Write the body of this function.")


def unwritten(text: str) -> str:
    """A function without its body."""
    return "\n".join([_head(text), "    raise NotImplementedError  # write it here", ""])


def blanks(chosen: Chosen, number: int, seed: str) -> Item | None:
    """Ask for what stands in up to three blanks (K8)."""
    chance = chooser(seed, chosen.lesson.id, "K8", chosen.twin.go_name)
    spots = chance.sample(found := list(_spots(chosen.text)), len(found))
    taken: list[ast.expr] = []
    for spot in spots:
        apart = all(not _overlap(spot, other) for other in taken)
        if len(taken) < _BLANKS and apart and _noticed(chosen, _blanked(chosen.text, [spot])):
            taken.append(spot)
    if len(taken) < 2:  # noqa: PLR2004 - one blank is no exercise
        return None
    starter, blanks_ = _blanked(chosen.text, taken), f"the {len(taken)} blanks ({BLANK})"
    if number and len(_statements(starter)) >= _MOVED:
        question = f"Put the statements in order and fill {blanks_}."
        return _item(chosen, "K8", number, _shuffled(starter, chance), question)
    return _item(chosen, "K8", number, starter, f"Fill {blanks_}.")


def fault(chosen: Chosen, number: int, seed: str) -> Item | None:
    """Ask for a fault to be found and mended (K10)."""
    chance = chooser(seed, chosen.lesson.id, "K10", chosen.twin.go_name)
    faults = sorted({text for text in _faults(chosen.text) if text != chosen.text})
    for text in chance.sample(faults, min(len(faults), _FAULTS)):
        if _noticed(chosen, text):
            question = "One thing is wrong in this function. Find it and mend it."
            return _item(chosen, "K10", number, text, question)
    return None


def _item(chosen: Chosen, kind: str, number: int, body: str, question: str) -> Item:
    step, lesson = chosen.pair.step, chosen.lesson
    name = names.short(chosen.twin.go_name)
    comment = [
        f"{question} It is the twin of {name}:",
        f"step {step.number} of {lesson.id}, called at {step.edge.at}.",
        f"It stands in tracer/minidocker/{chosen.twin.file}, whose names it may use.",
    ]
    starter = "".join(f"# {line}\n" for line in comment) + "\n" + body
    code = Code(lesson.id, chosen.twin.go_name, starter, chosen.text, chosen.places)
    entered, made = _inside(chosen)
    return Item(
        f"{lesson.id}.{kind}.{number + 1}",
        kind,
        lesson.id,
        step.number,
        f"{question} It is the twin of {name}. {step.says}",
        "",
        code,
        f"That is {told(step)}. {step.says}",
        (
            f"It enters: {', '.join(entered) or 'no other twin'}.",
            f"It makes these calls itself: {', '.join(made) or 'none'}.",
            f"Its lines, in another order: {' | '.join(_jumbled(chosen.text))}",
        ),
    )


def _inside(chosen: Chosen) -> tuple[list[str], list[str]]:
    ran = chosen.pair.ran
    steps = chosen.sound.steps
    entered = [s.go_name for s in steps if ran is not None and s.parent == ran.index]
    made = [c.name for c in chosen.pair.calls]
    return [names.short(n) for n in dict.fromkeys(entered)], list(dict.fromkeys(made))


def _places(lesson: Lesson) -> tuple[Place, ...]:
    """The step and line of every function of a run; off the path, the line of the function."""
    found = {p.step.edge.callee: _place(p) for p in reversed(lesson.ran)}
    assert lesson.compared is not None
    for name in {s.go_name for s in lesson.compared.recording.steps} - set(found):
        declared = lesson.graph.resolution.functions.get(name.partition("$")[0])
        if declared is not None:
            line = f"{declared.file.path}:{declared.pos.line}"
            found[name] = Place(name, 0, line)
    return tuple(found[name] for name in sorted(found))


def _place(pair: Pair) -> Place:
    return Place(pair.step.edge.callee, pair.step.number, str(pair.step.edge.at))


def _noticed(chosen: Chosen, text: str) -> bool:
    return tried.differs(chosen.lesson.id, chosen.twin.go_name, text)


def _function(text: str) -> ast.FunctionDef | ast.AsyncFunctionDef:
    found = ast.parse(text).body[0]
    assert isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef)
    return found


def _statements(text: str) -> list[ast.stmt]:
    """The statements of a body, its docstring left out."""
    return _function(text).body[1:]


def _head(text: str) -> str:
    """The signature and the docstring."""
    last = _function(text).body[0].end_lineno
    return "\n".join(text.splitlines()[:last])


def _jumbled(text: str) -> list[str]:
    first = _statements(text)[0].lineno - 1
    return sorted(line.strip() for line in text.splitlines()[first:] if line.strip())


def _spots(text: str) -> Iterator[ast.expr]:
    """What can be blanked out: what is called, flags, words, arguments."""
    for statement in _statements(text):
        for node in ast.walk(statement):
            match node:
                case ast.Call(func, args):
                    yield func
                    yield from (a for a in args if isinstance(a, ast.Name | ast.Attribute))
                case ast.BinOp(left, ast.BitOr(), right):
                    yield from (left, right)
                case ast.Constant(value) if isinstance(value, int):
                    yield node
                case _:
                    pass


def _overlap(one: ast.expr, other: ast.expr) -> bool:
    return max(_start(one), _start(other)) < min(_end(one), _end(other))


def _start(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _end(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0)


def _blanked(text: str, spots: list[ast.expr]) -> str:
    lines = text.splitlines()
    for spot in sorted(spots, key=_start, reverse=True):
        row = spot.lineno - 1
        if spot.end_lineno == spot.lineno:
            line = lines[row].encode()
            kept = line[: spot.col_offset], line[spot.end_col_offset :]
            lines[row] = f"{kept[0].decode()}{BLANK}{kept[1].decode()}"
    return "\n".join(lines) + "\n"


def _shuffled(text: str, chance: Random) -> str:
    """The statements of a body in another order, each with what stands before it."""
    lines, statements = text.splitlines(), _statements(text)
    ends = [len(_head(text).splitlines()), *(s.end_lineno or 0 for s in statements)]
    chunks = [lines[start:end] for start, end in pairwise(ends)]
    mixed = shuffled(chunks, chance)
    if mixed == chunks:
        mixed = [*chunks[1:], chunks[0]]
    return "\n".join([*lines[: ends[0]], *(line for chunk in mixed for line in chunk), ""])


@cache
def _faults(text: str) -> tuple[str, ...]:
    """The function with one fault in it, a text for each."""
    found: list[str] = []
    nodes = list(ast.walk(tree := _function(text)))
    for index in range(len(nodes)):
        for change in (_left_out, _swapped, _flag_dropped, _turned, _arguments, _keyword):
            if change(nodes[index]):
                found.append(ast.unparse(ast.fix_missing_locations(tree)) + "\n")
                nodes = list(ast.walk(tree := _function(text)))
    return tuple(found)


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def _acts(statement: ast.stmt) -> bool:
    """Say whether a statement only does something: no name depends on it."""
    return isinstance(statement, ast.Expr) and not isinstance(statement.value, ast.Constant)


def _left_out(node: ast.AST) -> bool:
    for block in _blocks(node):
        acting = [n for n, each in enumerate(block) if _acts(each)]
        if acting and len(block) > 1:
            del block[acting[len(acting) // 2]]
            return True
    return False


def _swapped(node: ast.AST) -> bool:
    for block in _blocks(node):
        for n in range(len(block) - 1):
            if _acts(block[n]) and _acts(block[n + 1]):
                block[n], block[n + 1] = block[n + 1], block[n]
                return True
    return False


def _flag_dropped(node: ast.AST) -> bool:
    for _, value in ast.iter_fields(node):
        for holder in value if isinstance(value, list) else []:
            if isinstance(holder, ast.BinOp) and isinstance(holder.op, ast.BitOr):
                value[value.index(holder)] = holder.left
                return True
    return False


def _turned(node: ast.AST) -> bool:
    match node:
        case ast.Constant(bool(value)):
            node.value = not value
            return True
        case ast.If(ast.UnaryOp(ast.Not(), inner)):
            node.test = inner
            return True
        case ast.If(test):
            node.test = ast.UnaryOp(ast.Not(), test)
            return True
        case _:
            return False


def _arguments(node: ast.AST) -> bool:
    """Give the first two arguments in the wrong order."""
    match node:
        case ast.Call(_, [first, second, *_]) if type(first) is type(second):
            node.args[:2] = [second, first]
            return True
        case _:
            return False


def _keyword(node: ast.AST) -> bool:
    """Forget a named argument."""
    match node:
        case ast.Call(keywords=[*named]) if named:
            del node.keywords[-1]
            return True
        case _:
            return False
