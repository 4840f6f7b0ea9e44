r"""Items as JSON, with their keys or sealed, and back.

    {"format": "trace-docker exercises 1", "title": "Docker 1.2.0", "sealed": false,
     "items": [{"id": "docker-run.K1.1", "kind": "K1", "path": "docker-run", "step": 17,
                "question": "…", "shown": "", "why": "…", "hints": ["…", "…", "…"],
                "answer": {"form": "Choice", "options": ["…", "…"], "right": 2}}]}

A sealed item has no key, reason or hints; `salt` and `claims` stand in for the key (see `marking`).
"""

import dataclasses
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tracer.classroom import marking, shapes
from tracer.errors import PackError
from tracer.guide.exercises.item import (
    Answer,
    Choice,
    Code,
    Item,
    Matching,
    Order,
    Place,
    Several,
    Table,
    Ticket,
)

FORMAT = "trace-docker exercises 1"
_FORMS: dict[str, type[Any]] = {
    each.__name__: each for each in (Choice, Several, Matching, Order, Table, Code)
}
_KEYS: dict[str, Any] = {
    "right": -1,
    "before": (),
    "strays": (),
    "solution": "",
    "jail": "",
}  # may be left out


@dataclass(frozen=True)
class Pack:
    """Items to work on, and for sealed ones what tells right from wrong."""

    title: str
    items: tuple[Item, ...]
    seals: dict[str, tuple[str, frozenset[str]]] = dataclasses.field(default_factory=dict)

    def find(self, id_: str) -> Item:
        """The item of that name.

        Raises:
            PackError: there is none.

        """
        for item in self.items:
            if item.id == id_:
                return item
        close = [item.id for item in self.items if id_.lower() in item.id.lower()][:6]
        hint = f"; perhaps {', '.join(close)}" if close else "; see: trace-docker exercise list"
        raise PackError(f"no exercise {id_!r}{hint}")

    def holds(self, item: Item) -> marking.Holds | None:
        """What tells whether a claim about an item is right; None where the item has its key."""
        if item.id not in self.seals:
            return None
        salt, known = self.seals[item.id]
        return lambda claim: marking.sealed(claim, salt) in known


def write(pack: Pack, *, salt: str | None = None) -> str:
    """Write a pack; with a salt, sealed."""
    rows = [
        _row(item) if salt is None else _sealed(item, f"{salt}/{item.id}") for item in pack.items
    ]
    content = {"format": FORMAT, "title": pack.title, "sealed": salt is not None, "items": rows}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def for_page(item: Item, salt: str) -> str:
    """What a page needs to mark an item, as JSON: it is sealed, its reason opens with the key."""
    return json.dumps(_page_row(item, f"{salt}/{item.id}"), ensure_ascii=False)


def read(text: str, name: str) -> Pack:
    """Read what `write` gave.

    Raises:
        PackError: it is no pack.

    """
    seals: dict[str, tuple[str, frozenset[str]]] = {}
    try:
        content = json.loads(text)
        if content["format"] != FORMAT:
            raise PackError(f"{name}: the format is {content['format']!r}, not {FORMAT!r}")
        items = tuple(_item(row, seals) for row in content["items"])
        return Pack(str(content["title"]), items, seals)
    except (
        *(KeyError, TypeError, ValueError, AttributeError, RecursionError),
        OverflowError,  # JSON's `1e999` is no number of a step
    ) as error:
        raise PackError(f"{name} is no pack of exercises: {type(error).__name__} {error}") from None


def check_unique(items: Iterable[Item], name: str) -> None:
    """Refuse a pack that uses a name twice.

    Raises:
        PackError: it does.

    """
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            raise PackError(f"{name}: the name {item.id!r} is there twice")
        seen.add(item.id)


def _row(item: Item) -> dict[str, Any]:
    row = {f.name: getattr(item, f.name) for f in dataclasses.fields(item)}
    return row | {"answer": _answer_row(item.answer)}


def _answer_row(answer: Answer) -> dict[str, Any]:
    if isinstance(answer, Ticket):
        return {"form": "Ticket", "items": [_row(each) for each in answer.items]}
    return {"form": type(answer).__name__, **dataclasses.asdict(answer)}


def _sealed(item: Item, salt: str) -> dict[str, Any]:
    row = _row(item)
    del row["why"], row["hints"]
    if isinstance(item.answer, Ticket):
        parts = [_sealed(e, f"{salt}/{n}") for n, e in enumerate(item.answer.items)]
        return row | {"answer": {"form": "Ticket", "items": parts}}
    shown = {k: v for k, v in row["answer"].items() if k not in _KEYS or k == "jail"}
    hidden = sorted(marking.sealed(claim, salt) for claim in marking.claims(item))
    return row | {"answer": shown, "salt": salt, "claims": hidden}


def _page_row(item: Item, salt: str) -> dict[str, Any]:
    """A sealed item, without what the page shows; a function's places are left out, being many."""
    if isinstance(item.answer, Ticket):
        parts = [_page_row(e, f"{salt}/{n}") for n, e in enumerate(item.answer.items)]
        return {"id": item.id, "answer": {"form": "Ticket", "items": parts}}
    kept = _sealed(item, salt)
    row = {name: kept[name] for name in ("id", "answer", "salt", "claims")}
    if isinstance(item.answer, Code):
        code = item.answer
        row["answer"] = {"form": "Code", "path": code.path, "twin": code.twin, "jail": code.jail}
    return row | {"why": marking.locked(item.why, salt, marking.claims(item))}


def _item(row: dict[str, Any], seals: dict[str, tuple[str, frozenset[str]]]) -> Item:
    if "salt" in row:
        seals[row["id"]] = (str(row["salt"]), frozenset(map(str, row["claims"])))
    hints = [str(hint) for hint in row.get("hints", ("There are no hints in this pack.",) * 3)]
    first, second, third = hints
    item = Item(
        row["id"],
        row["kind"],
        row["path"],
        int(row["step"]),
        row["question"],
        row["shown"],
        _answer(row["answer"], seals),
        row.get("why", ""),
        (first, second, third),
    )
    return shapes.checked(item)


def _answer(row: dict[str, Any], seals: dict[str, tuple[str, frozenset[str]]]) -> Answer:
    if row["form"] == "Ticket":
        return Ticket(tuple(_item(each, seals) for each in row["items"]))
    form = _FORMS[row["form"]]
    found = {}
    for field in dataclasses.fields(form):
        value = (
            row[field.name]
            if field.name not in _KEYS
            else row.get(field.name, _missing(form, field.name))
        )
        found[field.name] = _places(value) if field.name == "places" else _tuples(value)
    answer: Answer = shapes.checked(form(**found))
    return answer


def _missing(form: type[Any], name: str) -> Any:
    """What stands for a key that was left out."""
    return _KEYS[name] if form is Choice or name != "right" else ()


def _places(rows: list[dict[str, Any]]) -> tuple[Place, ...]:
    return tuple(shapes.checked(Place(row["function"], row["step"], row["line"])) for row in rows)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value
