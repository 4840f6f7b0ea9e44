"""One exercise, and the forms an answer can take.

An item is plain data: what is asked, how it is answered, the key, and what is said afterwards. Its
id is the path, the kind and a number (`docker-run.K1.2`); the seed chooses what it is made of.

    K1 what changes next          Choice     K7  which call did that      Choice
    K2 which function, and how    Choice     K8  fill the blanks          Code
    K3 where does it live         Matching   K9  complete the function    Code
    K4 put the path in order      Order      K10 find the fault           Code
    K5 fill the trace table       Table      K12 what if                  Several
    K14 break out, then mend      Code       K16 exit ticket              Ticket
"""

from dataclasses import dataclass

KINDS = {
    "K1": "What changes next?",
    "K2": "Which function is next, and how?",
    "K3": "Where does it live?",
    "K4": "Put the path in order",
    "K5": "Fill the trace table",
    "K7": "Which call did that?",
    "K8": "Fill the blanks",
    "K9": "Complete the function",
    "K10": "Find the fault",
    "K12": "What if?",
    "K14": "Break out, then mend it",
    "K16": "Exit ticket",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several is right."""

    options: tuple[str, ...]
    right: int


@dataclass(frozen=True, slots=True)
class Several:
    """Any number of them are right."""

    options: tuple[str, ...]
    right: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """Each row belongs to one label; a label may be used more than once or not at all."""

    rows: tuple[str, ...]
    labels: tuple[str, ...]
    right: tuple[int, ...]  # for each row, its label


@dataclass(frozen=True, slots=True)
class Order:
    """Lines to put in order; the strays belong to another path and are left out."""

    lines: tuple[str, ...]  # shuffled
    before: tuple[tuple[int, int], ...]  # of which line must come before which
    strays: tuple[int, ...]

    @property
    def solution(self) -> tuple[int, ...]:
        """One right order."""
        rest = [n for n in range(len(self.lines)) if n not in self.strays]
        found: list[int] = []
        while rest:
            free = (n for n in rest if not any((m, n) in self.before for m in rest))
            found.append(next(free))
            rest.remove(found[-1])
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Table:
    """Cells to fill, a number each."""

    columns: tuple[str, ...]
    rows: tuple[str, ...]
    right: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a twin's Go function is, for messages."""

    function: str
    step: int  # of the walkthrough; 0 where it is not on the path
    line: str  # file:line of the call, else of the function


@dataclass(frozen=True, slots=True)
class Code:
    """A function of the twin to write; it is right when the run is like the sound one.

    Where a jail is named, it is that jail to break out of and to mend.
    """

    path: str  # the scenario
    twin: str  # the Go function
    starter: str
    solution: str
    places: tuple[Place, ...]  # of the functions of the run
    jail: str = ""  # see `breaking`


@dataclass(frozen=True, slots=True)
class Ticket:
    """Several items of what came before, answered one after the other."""

    items: tuple["Item", ...]


Answer = Choice | Several | Matching | Order | Table | Code | Ticket


@dataclass(frozen=True, slots=True)
class Item:
    """One exercise."""

    id: str
    kind: str
    path: str  # the chapter
    step: int  # of the walkthrough, to read on; 0: no single one
    question: str
    shown: str  # what to look at before answering; may be empty
    answer: Answer
    why: str  # said afterwards, with the step and the line
    hints: tuple[str, str, str]

    @property
    def form(self) -> str:
        """How it is answered, by name."""
        return type(self.answer).__name__

    @property
    def most(self) -> int:
        """How many points there are."""
        match self.answer:
            case Choice():
                return 1
            case Several(options):
                return len(options)
            case Matching(rows) | Table(_, rows):
                return len(rows)
            case Order(lines):
                return len(lines)
            case Code():
                return 5
            case Ticket(items):
                return sum(item.most for item in items)
