"""Text of a shell script → commands, as far as this shell knows the language.

Known: words with quotes and $variables, `name=value`, `; & && || |`, `< > >> 2> 2>&1`, `for`,
`while`, `if`, comments. Not known: $(...), functions, patterns, here-documents, arithmetic; they
are syntax errors or taken as they stand.
"""

import re
from dataclasses import dataclass

TOKEN = re.compile(
    r"(?P<space>[ \t]+|\\\n|(?<![^\s;&|])\#[^\n]*)|(?P<operator>&&|\|\||[12]?>(?:>|&)?|[;&|<\n()])"
    r"|(?P<word>(?:\\.|'[^']*'|\"(?:\\.|[^\"\\])*\"|[^\s;&|<>()'\"\\])+)",
    re.DOTALL,
)
PART = re.compile(
    r"'(?P<single>[^']*)'|\"(?P<double>(?:\\.|[^\"\\])*)\"|\\(?P<escaped>.)"
    r"|\$(?:\{(?P<braced>\w+)\}|(?P<name>[A-Za-z_]\w*|[0-9?$!@]))|(?P<plain>\$|[^'\"\\$]+)",
    re.DOTALL,
)
ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_]\w*)=(?P<value>.*)", re.DOTALL)
CLOSING = ("do", "done", "then", "else", "fi")


class ShellSyntaxError(Exception):
    """The script is not one that this shell understands."""


@dataclass(frozen=True)
class Part:
    """A piece of a word."""

    text: str  # or the name of a variable
    variable: bool = False
    quoted: bool = False


Word = tuple[Part, ...]


@dataclass(frozen=True)
class Redirect:
    """A file in place of a descriptor."""

    operator: str  # < > >> or >&
    path: Word
    number: int


@dataclass(frozen=True)
class Simple:
    """A program or builtin with its arguments."""

    assignments: tuple[tuple[str, Word], ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...]


@dataclass(frozen=True)
class Pipeline:
    """Commands, each reading what the one before has written."""

    commands: tuple["Command", ...]
    negated: bool = False


@dataclass(frozen=True)
class AndOr:
    """Pipelines, each run if the one before has succeeded (&&) or failed (||)."""

    pipelines: tuple[tuple[str, Pipeline], ...]
    background: bool = False


@dataclass(frozen=True)
class For:
    """A body for each of some words."""

    variable: str
    words: tuple[Word, ...]
    body: "Script"


@dataclass(frozen=True)
class While:
    """A body as long as a condition succeeds."""

    condition: "Script"
    body: "Script"


@dataclass(frozen=True)
class If:
    """One of two bodies."""

    condition: "Script"
    body: "Script"
    otherwise: "Script"


Script = tuple[AndOr, ...]
Command = Simple | For | While | If


def parse(text: str) -> Script:
    """Parse a whole script."""
    parser = _Parser(_tokens(text))
    script = parser.script()
    if parser.next:
        raise ShellSyntaxError(f"unexpected {parser.next!r}")
    return script


def _tokens(text: str) -> list[str]:
    found, at = list[str](), 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise ShellSyntaxError("unterminated quote")
        if match.lastgroup != "space":
            found.append(match[0])
        at = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    @property
    def next(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self, *wanted: str) -> str:
        if wanted and self.next not in wanted:
            raise ShellSyntaxError(f"expected {wanted[0]!r}, not {self.next or 'the end'!r}")
        return self.tokens.pop(0)

    def accept(self, *wanted: str) -> str:
        return self.tokens.pop(0) if self.next and self.next in wanted else ""

    def skip_lines(self) -> None:
        while self.accept("\n"):
            pass

    def script(self) -> Script:
        entries: list[AndOr] = []
        self.skip_lines()
        while self.next and self.next not in CLOSING:
            pipelines = self.and_or()
            ending = self.accept(";", "&", "\n")
            entries.append(AndOr(pipelines, background=ending == "&"))
            self.skip_lines()
            if not ending:
                break
        return tuple(entries)

    def and_or(self) -> tuple[tuple[str, Pipeline], ...]:
        pipelines = [("", self.pipeline())]
        while operator := self.accept("&&", "||"):
            self.skip_lines()
            pipelines.append((operator, self.pipeline()))
        return tuple(pipelines)

    def pipeline(self) -> Pipeline:
        negated = bool(self.accept("!"))
        commands = [self.command()]
        while self.accept("|"):
            self.skip_lines()
            commands.append(self.command())
        return Pipeline(tuple(commands), negated)

    def command(self) -> Command:
        match self.accept("for", "while", "if"):
            case "for":
                variable = self.take()
                words = []
                if self.accept("in"):
                    while self.next not in (";", "\n", ""):
                        words.append(_word(self.take()))
                self.take(";", "\n")
                return For(variable, tuple(words), self.body("do", "done"))
            case "while":
                return While(self.script(), self.body("do", "done"))
            case "if":
                condition, body = self.script(), self.body("then", "")
                otherwise = self.script() if self.accept("else") else ()
                self.take("fi")
                return If(condition, body, otherwise)
            case _:
                return self.simple()

    def body(self, first: str, last: str) -> Script:
        self.skip_lines()
        self.take(first)
        script = self.script()
        if last:
            self.take(last)
        return script

    def simple(self) -> Simple:
        assignments, words, redirects = list[tuple[str, Word]](), list[Word](), list[Redirect]()
        while self.next and not re.fullmatch(r"&&|\|\||[;&|\n()]", self.next):
            text = self.take()
            match = ASSIGNMENT.fullmatch(text)
            if re.fullmatch(r"<|[12]?>[>&]?", text):
                if not self.next:
                    raise ShellSyntaxError("a redirection without a file")
                where = int(text[0]) if text[0].isdecimal() else int(text != "<")
                redirects.append(Redirect(text.lstrip("12"), _word(self.take()), where))
            elif match and not words:
                assignments.append((match["name"], _word(match["value"])))
            else:
                words.append(_word(text))
        if not (assignments or words or redirects):
            raise ShellSyntaxError(f"unexpected {self.next or 'end'!r}")
        return Simple(tuple(assignments), tuple(words), tuple(redirects))


def _word(token: str) -> Word:
    return tuple(part for match in PART.finditer(token) for part in _parts(match))


def _parts(match: re.Match[str]) -> tuple[Part, ...]:
    found = match.groupdict()
    if found["double"] is not None:
        inner = tuple(_word_in_quotes(found["double"]))
        return inner or (Part("", quoted=True),)
    for quoted in ("single", "escaped"):
        if found[quoted] is not None:
            return (Part(found[quoted], quoted=True),)
    name = found["braced"] or found["name"]
    return (Part(name, variable=True),) if name else (Part(found["plain"]),)


def _word_in_quotes(text: str) -> list[Part]:
    pieces = re.finditer(
        r"\$(?:\{(\w+)\}|([A-Za-z_]\w*|[0-9?$!@]))|\\([$\"\\`])|([^$\\]+|.)", text, re.DOTALL
    )
    return [
        Part(each[1] or each[2], variable=True, quoted=True)
        if each[1] or each[2]
        else Part(each[3] or each[4], quoted=True)
        for each in pieces
    ]
