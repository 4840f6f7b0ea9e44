"""`trace-docker exercise`: the loop of a learner."""

from __future__ import annotations

import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from string import ascii_uppercase
from typing import Annotated

import typer

from tracer import pipeline, trees
from tracer.classroom import loop, own, pack, packcheck, state, store
from tracer.commands.asking import one_line
from tracer.commands.help import examples
from tracer.errors import PackError, TracerError
from tracer.guide.exercises import item as items

app = typer.Typer(
    help="Exercises that mark themselves. Begin with: trace-docker exercise start",
    no_args_is_help=True,
    epilog=examples("exercise start", "exercise check B"),
)
_POLL = 0.3  # seconds between two looks at a file
_KEYS = "h hint · s solution · n next · q quit"

Id = Annotated[str | None, typer.Argument(metavar="ID", help="See: trace-docker exercise list")]
PackFile = Annotated[
    Path | None,
    typer.Option("--pack", metavar="FILE", help="A pack in place of the course; remembered."),
]
Seed = Annotated[str | None, typer.Option(help="Another variant of all items; remembered.")]


@app.command("list", epilog=examples("exercise list"))
def list_(pack_file: PackFile = None, seed: Seed = None) -> None:
    """List the exercises by chapter, with what is done."""
    with _working(pack_file, seed) as learner:
        _say(learner.progress())


@app.command(epilog=examples("exercise start", "exercise start docker-run.K4.1"))
def start(id_: Id = None, pack_file: PackFile = None, seed: Seed = None) -> None:
    """Start an exercise: a question is asked, a function gets a file to edit."""
    with _working(pack_file, seed) as learner:
        item = learner.pack.find(id_) if id_ else learner.open
        _say(learner.start(item))
        if sys.stdin.isatty() and not isinstance(item.answer, items.Code):
            _ask(learner, item)


@app.command(epilog=examples("exercise check B", "exercise check 2 7 3 7"))
def check(
    answer: Annotated[list[str] | None, typer.Argument(help="Nothing for a file.")] = None,
) -> None:
    """Check the answer to the current exercise, or its file."""
    with _working() as learner:
        item = learner.current
        mark = learner.answer(item, " ".join(answer) if answer else None)
        _say(learner.told(item, mark))
        right = mark.right
    if not right:
        raise typer.Exit(1)


@app.command(epilog=examples("exercise hint"))
def hint(id_: Id = None) -> None:
    """Give the next of three hints."""
    with _working() as learner:
        _say(learner.hint(_item(learner, id_)))


@app.command(epilog=examples("exercise solution --give-up"))
def solution(
    id_: Id = None,
    give_up: Annotated[bool, typer.Option("--give-up", help="Before it is solved.")] = False,
) -> None:
    """Show the solution and the reason: after a pass, or on giving up."""
    with _working() as learner:
        _say(learner.solution(_item(learner, id_), give_up=give_up))


@app.command("next", epilog=examples("exercise next"))
def next_() -> None:
    """Go on to the next exercise that is not done."""
    with _working() as learner:
        item = learner.upcoming()
        if item is None:
            _say("All exercises are done.\n")
            return
        _say(learner.start(item))
        if sys.stdin.isatty() and not isinstance(item.answer, items.Code):
            _ask(learner, item)


@app.command(epilog=examples("exercise reset docker-run.K9.1"))
def reset(id_: Id = None) -> None:
    """Begin an exercise anew; a file that was edited is kept under another name."""
    with _working() as learner:
        _say(learner.reset(_item(learner, id_)))


@app.command(epilog=examples("exercise watch"))
def watch(id_: Id = None) -> None:
    """Ask and re-check, exercise after exercise; a file is checked when it is saved."""
    if not sys.stdin.isatty():
        raise typer.BadParameter("watch waits for you and needs a terminal; use: exercise check")
    with _working() as learner:
        item: items.Item | None = learner.pack.find(id_) if id_ else learner.open
        while item is not None:
            _say(f"\n{learner.start(item)}")
            going = (
                _watch_file(learner, item)
                if isinstance(item.answer, items.Code)
                else _ask(learner, item)
            )
            if not going:
                return
            item = learner.upcoming()
        _say("All exercises are done.\n")


@app.command("check-pack", epilog=examples("exercise check-pack", "exercise check-pack mine.toml"))
def check_pack(
    file: Annotated[Path | None, typer.Argument(metavar="PACK")] = None, seed: Seed = None
) -> None:
    """Check a pack: starters fail, solutions pass, distractors are wrong, names are unique."""
    with one_line():
        checked = _read(file) if file is not None else _course(seed or "1")
        findings = packcheck.findings(checked)
    for finding in findings:
        _say(f"{finding}\n")
    _say(f"{packcheck.verdict(checked, findings)}\n")
    if findings:
        raise typer.Exit(1)


def _ask(learner: loop.Loop, item: items.Item) -> bool:
    """Ask until it is right or passed over; False: enough for now."""
    while True:
        typed = _typed(item)
        match typed.strip().lower() if not _is_answer(item, typed) else typed:
            case "q" | "":
                return False
            case "n":
                return True
            case "h":
                _say(learner.hint(item))
            case "s":
                _say(_or_line(lambda: learner.solution(item, give_up=True)))
            case said:
                _say(_or_line(partial(_marked, learner, item, said)))
        if learner.state.of(item.id).status == "pass":
            return True


def _typed(item: items.Item) -> str:
    """What the learner types; for a ticket, question by question. Nothing: the input has ended."""
    if not isinstance(item.answer, items.Ticket):
        return _line(_KEYS)
    answers: list[str] = []
    for number, part in enumerate(item.answer.items, 1):
        typed = _line(f"question {number} of {len(item.answer.items)} · {_KEYS}")
        if typed.strip().lower() in {"q", "n", "h", "s", ""} and not _is_answer(part, typed):
            return typed
        answers.append(typed.strip())
    return " / ".join(answers)


def _line(keys: str) -> str:
    """A line that is not empty; nothing at the end of the input."""
    while True:
        _say(f"\n[{keys}]\n> ")
        typed = sys.stdin.readline()
        if not typed or typed.strip():
            return typed


def _is_answer(item: items.Item, typed: str) -> bool:
    """Say whether a single letter names an option; else it is a key."""
    options = getattr(item.answer, "options", ())
    return typed.strip().upper() in ascii_uppercase[: len(options)] and bool(typed.strip())


def _watch_file(learner: loop.Loop, item: items.Item) -> bool:
    """Check a file whenever it is saved; False: enough for now."""
    place, seen = learner.file(item), 0.0
    while True:
        saved = place.stat().st_mtime if place.exists() else 0.0
        if saved != seen:
            seen = saved
            _say(_or_line(lambda: _marked(learner, item, None)))
            if learner.state.of(item.id).status == "pass":
                return True
            _say(f"\nWaiting for {place.name} to be saved. [{_KEYS}]\n> ")
        if select.select([sys.stdin], [], [], _POLL)[0]:
            typed = sys.stdin.readline()
            match typed.strip().lower():
                case "n":
                    return True
                case "h":
                    _say(f"{learner.hint(item)}> ")
                case "s":
                    _say(_or_line(lambda: learner.solution(item, give_up=True)) + "> ")
                case "q":
                    return False
                case _:
                    if not typed:
                        return False


def _marked(learner: loop.Loop, item: items.Item, typed: str | None) -> str:
    return learner.told(item, learner.answer(item, typed))


def _item(learner: loop.Loop, id_: str | None) -> items.Item:
    return learner.pack.find(id_) if id_ else learner.current


@contextmanager
def _working(pack_file: Path | None = None, seed: str | None = None) -> Iterator[loop.Loop]:
    """The learner's folder is where they are."""
    with one_line():
        folder = Path.cwd()
        kept = state.load(folder / state.FILE)
        if kept is not None and (
            (seed not in {None, kept.seed}) or (pack_file and str(pack_file) != kept.pack)
        ):
            raise PackError(
                f"this folder is at work on seed {kept.seed!r}"
                f"{f' of {kept.pack}' if kept.pack else ''}; use another folder for another one"
            )
        known = kept or state.State(seed or "1", str(pack_file or ""))
        given = _read(Path(known.pack)) if known.pack else _course(known.seed)
        yield loop.Loop(given, folder, known)


def _course(seed: str) -> pack.Pack:
    return store.course(seed, lambda: _computed(seed))


def _computed(seed: str) -> pack.Pack:
    sys.stderr.write("computing the exercises, once …\n")
    lessons = pipeline.lessons(pipeline.trace(trees.POCKET, None))
    return pipeline.exercises(lessons, seed)


def _read(file: Path) -> pack.Pack:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(f"{file}: {getattr(error, 'strerror', None) or 'it is not text'}") from None
    found = own.read(text, file.name) if file.suffix == ".toml" else pack.read(text, file.name)
    pack.check_unique(found.items, file.name)
    return found


def _or_line(say: Callable[[], str]) -> str:
    try:
        return str(say())
    except TracerError as error:
        return f"{error}\n"


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
