"""The learner's loop: start, check, hint, solution, next, reset. Each gives the text to print."""

from dataclasses import dataclass, replace
from pathlib import Path

from tracer.classroom import asking, marking, sandbox, state
from tracer.classroom.marking import AnswerError, Mark
from tracer.classroom.pack import Pack
from tracer.classroom.state import State
from tracer.errors import OutputError, PackError
from tracer.guide.exercises.item import KINDS, Code, Item

FOLDER = "exercises"  # of the files to edit
_PATIENCE = 3  # tries at an order, until the line that does not belong is told


@dataclass(eq=False, repr=False)
class Loop:
    """A pack, the folder that the learner works in, and how far they are."""

    pack: Pack
    folder: Path
    state: State

    @property
    def current(self) -> Item:
        """The item that is being worked on: the one that was started, else the first open one."""
        if self.state.current:
            return self.pack.find(self.state.current)
        return self.upcoming() or self.pack.items[0]

    @property
    def open(self) -> Item:
        """The item to go on with: the current one, or when that is done the next."""
        here = self.current
        return (self.upcoming() or here) if self._passed(here) else here

    def upcoming(self) -> Item | None:
        """The first item behind the current one that is not done, else the first of all.

        A chapter whose exit ticket was passed counts as known.
        """
        known = {i.path for i in self.pack.items if i.kind == "K16" and self._passed(i)}
        items = list(self.pack.items)
        here = next((n for n, i in enumerate(items, 1) if i.id == self.state.current), 0)
        after = items[here:] + items[:here]
        return next((i for i in after if not self._passed(i) and i.path not in known), None)

    def file(self, item: Item) -> Path:
        """Where the learner writes a function."""
        return self.folder / FOLDER / f"{item.id.replace('/', '_')}.py"

    def start(self, item: Item) -> str:
        """Make an item the current one; a file to edit is written unless it is there."""
        self._keep(replace(self.state, current=item.id))
        told = asking.text(item)
        if isinstance(item.answer, Code):
            place = self.file(item)
            there = place.exists()
            if not there:
                _write(place, item.answer.starter)
            return f"{told}\n{'Your file is' if there else 'Wrote'} {self._shown(place)}.\n"
        return f"{told}\n{asking.how(item)}\n"

    def answer(self, item: Item, typed: str | None) -> Mark:
        """Mark what was typed, or the file of a function."""
        if isinstance(item.answer, Code):
            text = self._text(item)
            mark = sandbox.check(item, text)
            given: list[object] = [text]
            if text == item.answer.starter:  # nothing was tried yet
                return mark
        elif typed is None:
            raise PackError(f"{asking.how(item)} Example: trace-docker exercise check ANSWER")
        else:
            try:
                given = asking.parse(item, typed)
                mark = marking.mark(item, given, self.pack.holds)
            except AnswerError as error:
                raise PackError(f"{str(error)[0].upper()}{str(error)[1:]}.") from None
        self._keep(replace(self.state.marked(item.id, given, mark), current=item.id))
        return mark

    def told(self, item: Item, mark: Mark) -> str:
        """What is said after a check: the mark, and once it is right, the reason."""
        done = self.state.of(item.id)
        sign = {"pass": "✓", "fail": "✗", "error": "!"}[mark.status]
        lines = [asking.wrapped(f"{sign} {mark.message} {mark.points} of {mark.most} points.")]
        if mark.right:
            lines += ["", asking.wrapped(item.why)] if item.why else []
            lines += ["", self._after()]
        else:
            if done.attempts >= _PATIENCE and (stray := marking.find_stray(item, self.pack.holds)):
                lines.append(
                    f"After {done.attempts} tries: {stray} is on another path, leave it out."
                )
            left = 3 - done.hints
            lines.append(
                f"Hints left: {left} (trace-docker exercise hint)."
                if left
                else "See: trace-docker exercise solution --give-up"
            )
        return "\n".join(lines) + "\n"

    def hint(self, item: Item) -> str:
        """The next of three hints; the last one again, when they are used up."""
        done = self.state.of(item.id)
        number = min(done.hints, 2)
        self._keep(self.state.noted(item.id, replace(done, hints=number + 1)))
        return asking.wrapped(f"Hint {number + 1} of 3: {item.hints[number]}") + "\n"

    def solution(self, item: Item, *, give_up: bool) -> str:
        """The solution, after a pass or on giving up."""
        done = self.state.of(item.id)
        if done.status != "pass" and not give_up:
            raise PackError("not solved yet; to see the solution all the same, add --give-up")
        if item.id in self.pack.seals or (
            isinstance(item.answer, Code) and not item.answer.solution
        ):
            raise PackError("this pack holds no solutions; ask your teacher")
        if done.status != "pass":
            self._keep(self.state.noted(item.id, replace(done, shown=True)))
        return asking.solved(item)

    def reset(self, item: Item) -> str:
        """Begin an item anew; a file that was edited is kept beside the new one."""
        done = {id_: row for id_, row in self.state.done.items() if id_ != item.id}
        self._keep(replace(self.state, done=done))
        if not isinstance(item.answer, Code) or not self.file(item).exists():
            return f"{item.id} is open again.\n"
        place = self.file(item)
        old = next(p for n in range(1, 10_000) if not (p := place.with_suffix(f".old{n}")).exists())
        try:
            place.replace(old)
        except OSError as error:
            raise OutputError(str(old), f"{error.strerror}") from None
        _write(place, item.answer.starter)
        return f"{item.id} is open again; what you had is in {self._shown(old)}.\n"

    def progress(self) -> str:
        """All chapters with their items, and how many are done."""
        rows, passed = [], 0
        for path in dict.fromkeys(item.path for item in self.pack.items):
            own = [item for item in self.pack.items if item.path == path]
            right = sum(self._passed(item) for item in own)
            passed += right
            rows.append(f"{path}  {right} of {len(own)}")
            rows += [self._row(item) for item in own]
        rows += ["", f"{passed} of {len(self.pack.items)} done."]
        rows.append(
            "A chapter you know already: pass its exit ticket (K16) and it counts as known."
            if any(item.kind == "K16" for item in self.pack.items)
            else ""
        )
        return "\n".join(rows).rstrip() + "\n"

    def _row(self, item: Item) -> str:
        done = self.state.of(item.id)
        sign = {"pass": "✓", "fail": "✗", "error": "!"}.get(done.status, " ")
        here = "→" if item.id == self.state.current else " "
        what = KINDS.get(item.kind, item.question)
        return f" {here}{sign} {item.id:<28} {what[:44]}"

    def _after(self) -> str:
        following = self.upcoming()
        if following is None:
            return "That was the last one: all exercises are done."
        return f"Next: {following.id} (trace-docker exercise next)."

    def _passed(self, item: Item) -> bool:
        return self.state.of(item.id).status == "pass"

    def _text(self, item: Item) -> str:
        place = self.file(item)
        try:
            return place.read_bytes().decode("utf-8", "replace")
        except FileNotFoundError:
            raise PackError(
                f"no file {self._shown(place)}; see: trace-docker exercise start {item.id}"
            ) from None
        except OSError as error:
            raise PackError(f"{self._shown(place)}: {error.strerror}") from None

    def _shown(self, place: Path) -> str:
        return str(place.relative_to(self.folder) if place.is_relative_to(self.folder) else place)

    def _keep(self, new: State) -> None:
        self.state = new
        state.save(new, self.folder / state.FILE)


def _write(place: Path, text: str) -> None:
    try:
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(str(place), f"{error.strerror}; work in a folder of your own") from None
