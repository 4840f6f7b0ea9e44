"""Read, resolve and show what is not Go, or not quite: nothing may be raised, nothing may hang.

    python scripts/fuzz.py --cases 20000 --seed 1 [DIRECTORY ...]

Each case is a small tree: one mutant of a real file (of the pocket tree, and of the directories
given) or of random words, and a file that is right. What is right must still be answered.
Every tenth case is a pack, a progress file, a story or grades.
A case is told by its seed and number.
"""

import argparse
import json
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from tracer import pipeline
from tracer.classroom import grading, own, pack, packcheck, state
from tracer.errors import NoGoSourceError, TracerError
from tracer.golang import constraints, keeping, source
from tracer.guide import stories
from tracer.render import symbols
from tracer.trees import Tree

SECONDS = 30  # for one case, on a busy machine
GOOD = b"package good\n\nfunc Sound() { Steady() }\n\nfunc Steady() {}\n"
WORDS = (  # what Go is made of, and what it is not
    "func type struct interface { } ( ) [ ] , ; . := = == + - * / & && | || ! <- ... : x y T F m "
    'map chan if else for range switch case default select go defer return break goto "s" `r` 1 '
    "'c' nil iota const var import package _ ~ % ^ << \n \n // /* */ é \ufeff \x00 \u202e \r\n"
).split(" ")
OPENERS = ("(", "{", "[", "f(", "a[", "func() {", "struct {", "*", "&", "!", "[]", "map[", "if a {")
Texts = Callable[[random.Random], bytes]


def mutants(files: list[bytes]) -> dict[str, Texts]:
    """The ways to make a case."""

    def cut(rng: random.Random) -> bytes:
        content = rng.choice(files)
        return content[: rng.randrange(len(content) + 1)]

    def without(rng: random.Random) -> bytes:
        content = rng.choice(files)
        start = rng.randrange(len(content))
        return content[:start] + content[start + rng.randrange(200) :]

    def shuffled(rng: random.Random) -> bytes:
        lines = rng.choice(files).split(b"\n")
        start = rng.randrange(len(lines))
        part = lines[start : start + rng.randrange(2, 40)]
        rng.shuffle(part)
        return b"\n".join([*lines[:start], *part, *lines[start + len(part) :]])

    def spliced(rng: random.Random) -> bytes:
        one, other = rng.choice(files), rng.choice(files)
        return one[: rng.randrange(len(one) + 1)] + other[rng.randrange(len(other) + 1) :]

    def flipped(rng: random.Random) -> bytes:
        content = bytearray(rng.choice(files))
        for _ in range(rng.randrange(1, 12)):
            content[rng.randrange(len(content))] = rng.randrange(256)
        return bytes(content)

    def sprinkled(rng: random.Random) -> bytes:
        content = rng.choice(files)
        for _ in range(rng.randrange(1, 8)):
            place = rng.randrange(len(content) + 1)
            content = content[:place] + rng.choice(WORDS).encode() + content[place:]
        return content

    def swapped(rng: random.Random) -> bytes:
        words = rng.choice(files).split(b" ")
        for _ in range(rng.randrange(1, 10)):
            i, j = rng.randrange(len(words)), rng.randrange(len(words))
            words[i], words[j] = words[j], words[i]
        return b" ".join(words)

    def nested(rng: random.Random) -> bytes:
        content, depth = rng.choice(files), rng.choice((10, 300, 3_000, 30_000))
        place = rng.randrange(len(content) + 1)
        return content[:place] + (rng.choice(OPENERS) * depth).encode() + content[place:]

    def words(rng: random.Random) -> bytes:
        chosen = (rng.choice(WORDS) for _ in range(rng.randrange(300)))
        return b"package p\nfunc f() {\n" + " ".join(chosen).encode() + b"\n}\n"

    def noise(rng: random.Random) -> bytes:
        return rng.randbytes(rng.randrange(3000))

    def encoded(rng: random.Random) -> bytes:
        text = rng.choice(files).decode()
        return text.encode(
            rng.choice(("utf-16", "utf-32-le", "latin-1", "utf-7", "utf-8-sig")), "replace"
        )

    ways = (
        cut,
        without,
        shuffled,
        spliced,
        flipped,
        sprinkled,
        swapped,
        nested,
        words,
        noise,
        encoded,
    )
    return {way.__name__: way for way in ways}


def read_go(rng: random.Random, content: bytes) -> None:
    """Trace a tree with a bad file, ask it something, and see that the sound file is answered."""
    place = rng.choice(("a.go", "good/a.go", "vendor/x.y/z/a.go"))
    try:
        files = source.from_contents({place: content, "good/good.go": GOOD}, "fuzz")
    except NoGoSourceError:
        return
    configuration = constraints.Configuration(tags=pipeline.default_tags(files))
    traced = pipeline.connect(Tree("fuzz", Path(), "fuzz"), files, configuration)
    list(pipeline.problems(traced))
    asked: tuple[Callable[[], object], ...] = (
        lambda: pipeline.export(traced),
        lambda: pipeline.find_patterns(traced),
        lambda: pipeline.draw(traced, None, 2, rng.choice(("dot", "text", "json", "mermaid"))),
        lambda: list(traced.graph.everything()),
        lambda: [
            symbols.show(traced.graph, f) for f in list(traced.graph.resolution.functions)[:3]
        ],
        lambda: [traced.graph.callers(f) for f in list(traced.graph.resolution.functions)[:3]],
    )
    try:
        rng.choice(asked)()
        list(traced.graph.everything())
    except TracerError:  # an ambiguous name and the like: one line for a person
        pass
    if not rng.randrange(4):
        read_kept(traced, configuration)
    if "good/good.go" in traced.graph.program.parsed and place != "good/a.go":
        found = traced.graph.callers(pipeline.find(traced, "good.Steady"))
        assert [edge.caller.rpartition(".")[2] for edge in found] == ["Sound"], "the rest is lost"


def read_kept(traced: pipeline.Traced, configuration: constraints.Configuration) -> None:
    """See that a tree of which the syntax was kept gives the same tables, and its bodies too."""
    files = traced.graph.program.tree
    parsed = {}
    for path, file in traced.graph.program.parsed.items():
        kept = keeping.write(file)
        found = keeping.read(kept, files.files[path]) if kept is not None else None
        assert kept is None or found is not None, "what was kept is not read"
        if found is not None:
            parsed[path] = found
    again = pipeline.connect(traced.tree, files, configuration, parsed=parsed)
    tables = pipeline.export(traced)
    assert pipeline.export(again) == tables, "kept syntax tells something else"
    once_more = pipeline.connect(traced.tree, files, configuration, parsed=parsed)
    resolution = traced.graph.resolution
    once_more.graph.resolution.kept.update(
        {p: resolution.write(p) for p in resolution.program.packages}
    )
    assert pipeline.export(once_more) == tables, "kept bodies tell something else"


def read_data(rng: random.Random, kinds: dict[str, list[str]]) -> None:
    """Read a pack, a progress file, a story or grades with something wrong in it."""
    kind = rng.choice(sorted(kinds))
    text = rng.choice(kinds[kind])
    text = (
        _wrong_value(rng, text)
        if kind in {"json", "state"} and rng.random() < 0.7
        else _cut(rng, text)
    )
    try:
        match kind:
            case "toml":
                packcheck.findings(own.read(text, "x.toml")) if rng.random() < 0.1 else own.read(
                    text, "x"
                )
            case "story":
                stories.read("x", text)
            case "state":
                state.read(text, "x")
            case _:
                grading.read(text, "x") if "results" in text[:100] else pack.read(text, "x")
    except TracerError:
        pass


def _wrong_value(rng: random.Random, text: str) -> str:
    content = json.loads(text)
    current = content
    while isinstance(current, dict | list) and current:
        keys = list(current) if isinstance(current, dict) else list(range(len(current)))
        key = rng.choice(keys)
        if not isinstance(current[key], dict | list) or rng.random() < 0.3:
            current[key] = rng.choice(
                (None, True, -1, 1e400, "", "x", [], {}, [[]], {"a": []}, "../../x")
            )
            break
        current = current[key]
    return json.dumps(content)


def _cut(rng: random.Random, text: str) -> str:
    place = rng.randrange(len(text))
    return (
        text[:place]
        + rng.choice(("", "[" * 5000, "{", '"', "\0", "=1\n", "[[stop]]\n"))
        + text[place + rng.randrange(40) :]
    )


def data() -> dict[str, list[str]]:
    """Some of each kind of file that a person hands in."""
    told = stories.all_stories()[:2]
    folder = Path(stories.__file__).parent / "stories"
    made = own.read(OWN, "own.toml")
    progress = {
        "format": state.FORMAT, "seed": "1", "pack": "", "current": "a",
        "done": {"a": {"status": "pass", "points": 1, "most": 1, "attempts": 2, "hints": 0,
                       "first": False, "shown": False, "answer": ["A"], "wrong": [["B"]]}},
    }  # fmt: skip
    grades = [grading.Result("ann", "a", "K1", "p", "pass", 1, 1, "Right.")]
    return {
        "json": [pack.write(made), pack.write(made, salt="s"), grading.write(grades)],
        "state": [json.dumps(progress)],
        "toml": [OWN],
        "story": [(folder / f"{story.id}.toml").read_text() for story in told],
    }


OWN = """title = "Own"
[[item]]
id = "a"
question = "Which?"
options = ["x", "y"]
right = "A"
[[item]]
id = "b"
question = "Order?"
lines = ["one", "two"]
strays = ["three"]
[[item]]
id = "c"
question = "Match?"
rows = { x = "1", y = "2" }
[[item]]
id = "d"
question = "Fill?"
columns = ["n"]
cells = { a = [1], b = [2] }
"""


def cases(
    seed: int, first: int, count: int, roots: list[Path]
) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield the name of each case and what it does."""
    found = [p.read_bytes() for root in roots for p in sorted(root.rglob("*.go")) if p.is_file()]
    ways = mutants([f for f in found if 100 < len(f) < 60_000])
    kinds = data()
    for number in range(first, first + count):
        rng = random.Random(f"{seed}/{number}")  # noqa: S311 - to be repeated
        if number % 10 == 9:
            yield "data", lambda rng=rng: read_data(rng, kinds)
        else:
            way = rng.choice(sorted(ways))
            yield way, lambda rng=rng, way=way: read_go(rng, ways[way](rng))


def main() -> None:
    """Run the cases; the last line has the verdict."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("roots", nargs="*", type=Path)
    parser.add_argument("--cases", type=int, default=2_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    pocket = Path(__file__).parent.parent / "fixtures" / "docker-1.2"
    signal.signal(signal.SIGALRM, _late)
    ran, bad, slowest = Counter[str](), 0, (0.0, 0)
    with tempfile.TemporaryDirectory():
        every = cases(given.seed, given.first, given.cases, [pocket, *given.roots])
        for number, (name, run) in enumerate(every, given.first):
            started = time.monotonic()
            signal.alarm(SECONDS)
            try:
                run()
            except Exception:  # noqa: BLE001 - that is what we look for
                bad += 1
                print(f"case {number} ({name}) of seed {given.seed}:", flush=True)
                traceback.print_exc(limit=-4)
            signal.alarm(0)
            ran[name] += 1
            slowest = max(slowest, (time.monotonic() - started, number))
    told = ", ".join(f"{name} {count}" for name, count in sorted(ran.items()))
    print(f"{told}; slowest: case {slowest[1]}, {slowest[0]:.1f} s")
    print(f"{ran.total()} cases, {bad} failures")
    sys.exit(bool(bad))


def _late(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"more than {SECONDS} s")


if __name__ == "__main__":
    main()
