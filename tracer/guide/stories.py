"""Stories: the hand-written part of a walkthrough (`stories/*.toml`).

A story has a question, prose, and in order the functions it visits with, where it matters, the
caller, the key or the branch.  It names no file, line, kind or evidence: the tree tells those.
A tree gets the stories whose functions it contains.
"""

import tomllib
from functools import cache
from importlib.resources import files as resources
from typing import Any

import msgspec

from tracer.errors import StoryError, UnknownPathError
from tracer.golang import names, standard
from tracer.graph.paths import Stop

ORDER = (
    "docker-run",
    "container-create",
    "container-start",
    "dockerinit",
    "daemon-start",
    "image-pull",
    "graphdriver-aufs",
    "volumes",
    "network-init",
    "network-allocate",
    "attach-logs-wait",
    "stop-kill-persist",
    "commit",
)
_FOLDER = resources("tracer.guide").joinpath("stories")
_KINDS = {int: "a number", str: "a text"}
_KEYS = {"visit", "branch", "caller", "key", "nth"}


class Story(msgspec.Struct, frozen=True):
    """One question, and the walk that answers it."""

    id: str
    title: str
    question: str
    summary: str  # the answer in short
    stops: tuple[Stop, ...]
    labels: tuple[str, ...]  # what each stop achieves
    says: tuple[str, ...]  # one for each stop
    layers: tuple[tuple[str, str], ...] = ()  # functions that this story shows in another layer
    parts: tuple[tuple[int, str, str], ...] = ()  # first stop, title, what it achieves


def all_stories() -> tuple[Story, ...]:
    """Every story, in reading order."""
    return tuple(_story(id_) for id_ in _ids())


@cache
def _ids() -> tuple[str, ...]:
    names_ = (entry.name for entry in _FOLDER.iterdir())
    found = [name.removesuffix(".toml") for name in names_ if name.endswith(".toml")]
    rank = {id_: index for index, id_ in enumerate(ORDER)}
    return tuple(sorted(found, key=lambda id_: (rank.get(id_, len(rank)), id_)))


@cache
def _story(id_: str) -> Story:
    return read(f"{id_}.toml", _FOLDER.joinpath(f"{id_}.toml").read_text(encoding="utf-8"))


def read(name: str, text: str) -> Story:
    """Read one story.

    Raises:
        StoryError: it is not TOML, or a part is missing or unknown.

    """
    try:
        data: dict[str, Any] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise StoryError(name, str(error)) from None
    stops = data.get("stop", [])
    _check_types(name, data, stops)
    for index, stop in enumerate(stops):
        unknown = set(stop) - _KEYS - {"says", "label", "part", "part_says"}
        if "visit" not in stop or unknown:
            problem = f"stop {index + 1} " + (
                f"has {sorted(unknown)}" if unknown else "visits nothing"
            )
            raise StoryError(name, problem)
    missing = [key for key in ("id", "title", "question") if not data.get(key)]
    if missing or not stops:
        raise StoryError(name, f"there is no {', '.join(missing) or 'stop'}")
    return Story(
        data["id"],
        data["title"],
        data["question"],
        data.get("summary", ""),
        tuple(Stop(**{k: v for k, v in stop.items() if k in _KEYS}) for stop in stops),
        tuple(stop.get("label", "") for stop in stops),
        tuple(stop.get("says", "") for stop in stops),
        tuple(sorted(data.get("layers", {}).items())),
        tuple(
            (index, stop["part"], stop.get("part_says", ""))
            for index, stop in enumerate(stops)
            if "part" in stop
        ),
    )


def _check_types(name: str, data: dict[str, Any], stops: Any) -> None:
    """Refuse a story with a number where a text belongs, and the like.

    Raises:
        StoryError: there is one.

    """
    if not isinstance(stops, list) or not all(isinstance(stop, dict) for stop in stops):
        raise StoryError(name, "the stops are no list of tables")
    layers = data.get("layers", {})
    if not isinstance(layers, dict):
        raise StoryError(name, "layers is no table")
    for where, table in (("", data), ("layers: ", layers), *_nth(stops)):
        for key, value in table.items():
            wanted = int if key == "nth" else str
            if key not in {"stop", "layers"} and type(value) is not wanted:
                raise StoryError(name, f"{where}{key} is not {_KINDS[wanted]}")


def _nth(stops: list[Any]) -> list[tuple[str, Any]]:
    return [(f"stop {index}: ", stop) for index, stop in enumerate(stops, 1)]


def told_by(functions: names.Names) -> tuple[Story, ...]:
    """The stories that apply to a tree."""
    return tuple(story for story in all_stories() if _is_told(story, functions))


def _is_told(story: Story, functions: names.Names) -> bool:
    """Say whether a tree contains nine tenths of a story's functions.

    The rest may have been renamed; `check` says so.
    """
    return 10 * len(absent(story, functions)) <= len(inside(story))


def inside(story: Story) -> tuple[str, ...]:
    """The functions on a story's main line that a tree can have."""
    return tuple(s.visit for s in story.stops if not s.branch and not _outside(s.visit))


def absent(story: Story, functions: names.Names) -> tuple[str, ...]:
    """The functions on a story's main line that a tree lacks."""
    return tuple(v for v in inside(story) if not names.find(v.partition("$")[0], functions))


def find(name: str, functions: names.Names) -> Story:
    """Find a story by its id; no other one is read.

    Raises:
        UnknownPathError: a tree with these functions does not tell it.

    """
    if name in _ids() and _is_told(_story(name), functions):
        return _story(name)
    raise UnknownPathError(name, [story.id for story in told_by(functions)])


def _outside(visit: str) -> bool:
    """Say whether a function belongs to the standard library or to no code at all."""
    return visit.startswith("external:") or standard.is_standard(names.package_path(visit))
