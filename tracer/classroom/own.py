r"""A pack written by hand (TOML).

    title = "Namespaces, week 3"

    [[item]]
    id = "clone-1"
    question = "Which flag gives a process its own PID 1?"
    options = ["CLONE_NEWPID", "CLONE_NEWNS", "CLONE_NEWUTS"]
    right = "A"                          # ["A", "C"]: all of these, and no other
    why = "A new pid namespace counts from 1."
    hints = ["…", "…", "…"]

    [[item]]
    id = "order-1"
    question = "Put these in order."
    lines = ["clone", "join the cgroups", "execve"]   # in the right order
    strays = ["reboot"]                               # to be left out

    [[item]]
    id = "where-1"
    question = "Where does it live?"
    rows = { CmdRun = "client", Start = "daemon" }

    [[item]]
    id = "fill-1"
    question = "How many are there after each step?"
    columns = ["processes", "mounts"]
    cells = { "clone" = [3, 9], "mount" = [3, 10] }

    [[item]]
    id = "join-1"
    question = "Write the twin of join."
    path = "docker-run"                  # whose scenario is run
    twin = "(*fs.data).join"
    starter = "def join(self, subsystem: str) -> str: …"   # left out: all but the body

`chapter`, `shown`, `why` and `hints` may be left out. Lines and labels are shown in alphabetical
order.
"""

import tomllib
from typing import Any

from tracer.classroom.marking import AnswerError, letter
from tracer.classroom.pack import Pack
from tracer.errors import PackError
from tracer.golang import names
from tracer.guide.exercises import completing
from tracer.guide.exercises.item import (
    Answer,
    Choice,
    Code,
    Item,
    Matching,
    Order,
    Several,
    Table,
)
from tracer.minidocker.scenarios import SCENARIOS
from tracer.minidocker.twin import TWINS

_KNOWN = frozenset(
    {"id", "chapter", "question", "shown", "why", "hints", "options", "right", "lines", "strays"}
    | {"rows", "columns", "cells", "path", "twin", "starter"}
)
_NO_HINT = "There is no hint."


def read(text: str, name: str) -> Pack:
    """Read a pack written by hand.

    Raises:
        PackError: it is none; the line says which item, and what is wrong.

    """
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PackError(f"{name}: {error}") from None
    rows = content.get("item")
    if not isinstance(rows, list) or not rows:
        raise PackError(f"{name} has no [[item]]")
    title = str(content.get("title", name))
    return Pack(title, tuple(_item(row, f"{name}, item {n}") for n, row in enumerate(rows, 1)))


def _item(row: Any, where: str) -> Item:
    if not isinstance(row, dict):
        raise PackError(f"{where} is no table")
    unknown = sorted(set(row) - _KNOWN)
    if unknown:
        raise PackError(f"{where}: {unknown[0]!r} is unknown")
    for needed in ("id", "question"):
        if not isinstance(row.get(needed), str) or not row[needed].strip():
            raise PackError(f"{where}: {needed} is missing")
    try:
        kind, answer = _answer(row)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        said = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        raise PackError(f"{where} ({row['id']}): {said}") from None
    hints = [*map(str, row.get("hints", ())), _NO_HINT, _NO_HINT, _NO_HINT]
    return Item(
        row["id"],
        kind,
        str(row.get("chapter", "exercises")),
        0,
        row["question"],
        str(row.get("shown", "")),
        answer,
        str(row.get("why", "")),
        (hints[0], hints[1], hints[2]),
    )


def _answer(row: dict[str, Any]) -> tuple[str, Answer]:
    if "options" in row:
        return _options([*map(str, row["options"])], row["right"])
    if "lines" in row:
        return "order", _order([*map(str, row["lines"])], [*map(str, row.get("strays", ()))])
    if "rows" in row:
        pairs = {str(k): str(v) for k, v in row["rows"].items()}
        labels = sorted(set(pairs.values()))
        right = tuple(labels.index(label) for label in pairs.values())
        return "matching", Matching(tuple(pairs), tuple(labels), right)
    if "cells" in row:
        return "table", _table([*map(str, row["columns"])], row["cells"])
    if "twin" in row:
        return "code", _code(row)
    raise ValueError("give options, lines, rows, cells or twin")


def _options(options: list[str], right: object) -> tuple[str, Answer]:
    known = [letter(n) for n in range(len(options))]
    chosen = [right] if isinstance(right, str) else right
    if not isinstance(chosen, list) or any(each not in known for each in chosen):
        raise ValueError(f"right is a letter from A to {known[-1]}, or a list of such")
    numbers = tuple(sorted(known.index(each) for each in chosen))
    if isinstance(right, str):
        return "choice", Choice(tuple(options), numbers[0])
    return "several", Several(tuple(options), numbers)


def _order(lines: list[str], strays: list[str]) -> Order:
    shown = sorted([*lines, *strays])
    places = [shown.index(line) for line in lines]
    before = tuple((m, n) for at, m in enumerate(places) for n in places[at + 1 :])
    return Order(tuple(shown), before, tuple(shown.index(line) for line in strays))


def _table(columns: list[str], cells: dict[str, list[object]]) -> Table:
    right = tuple(tuple(str(value) for value in values) for values in cells.values())
    if any(len(values) != len(columns) for values in right):
        raise ValueError(f"each row of cells has {len(columns)} values, one for each column")
    return Table(tuple(columns), tuple(map(str, cells)), right)


def _code(row: dict[str, Any]) -> Code:
    if row["path"] not in SCENARIOS:
        raise ValueError(f"no path {row['path']!r}; there are: {', '.join(sorted(SCENARIOS))}")
    found = names.find(row["twin"], TWINS)
    if len(found) != 1:
        raise AnswerError(f"{row['twin']!r} names {len(found)} twins; give one's Go name")
    solution = completing.definition(TWINS[found[0]])
    starter = row.get("starter") or completing.unwritten(solution)
    return Code(row["path"], found[0], str(starter), solution, ())
