"""The options of one command, and what is said when they are used wrongly.

An option has one letter or a word, with a value after `=` or as the next word; letters without a
value can be joined (`-af`). Options end at the first word that is none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tracer.minidocker import syscall
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib.tabwriter import table

Value = bool | int | str | list[str]
WRONG_USE = 2
TRUE, FALSE = ("1", "t", "true"), ("0", "f", "false")


class FlagError(Exception):
    """An option that does not exist, or has no value or a wrong one."""


@dataclass(frozen=True)
class Flag:
    """One option; the kind of its value is that of the default."""

    names: tuple[str, ...]  # a letter, a word
    default: Value
    usage: str
    check: Callable[[str], str] = str  # returns the value of a word, or raises what is wrong

    def parse(self, text: str) -> Value:
        """Turn what was written into a value."""
        match self.default:
            case bool() if text in (*TRUE, *FALSE):
                return text in TRUE
            case bool():
                raise FlagError(f'invalid boolean value "{text}" for {_shown(self.names[0])}')
            case int():
                try:
                    return int(text)
                except ValueError:
                    name = _shown(self.names[0])
                    raise FlagError(f'invalid value "{text}" for flag {name}') from None
            case _:
                try:
                    return self.check(text)
                except DockerError as error:
                    name = _shown(self.names[0])
                    raise FlagError(f'invalid value "{text}" for flag {name}: {error}') from None

    def line(self) -> tuple[str, str]:
        """Describe it in a line of the usage."""
        shown = f'"{self.default}"' if isinstance(self.default, str) else str(self.default)
        value = str(shown).lower() if isinstance(self.default, bool) else shown
        value = "[]" if isinstance(self.default, list) else value
        return f"  {', '.join(map(_shown, self.names))}={value}", self.usage


class FlagSet:
    """The options of one command."""

    def __init__(self, name: str, signature: str, description: str, *flags: Flag) -> None:
        self.name, self.signature, self.description = name, signature, description
        self.flags = {name: flag for flag in flags for name in flag.names}
        self.listed = flags

    def parse(self, args: Sequence[str]) -> tuple[dict[str, Value], list[str]]:
        """Return the values by the longest names, and the arguments; wrong use ends the program."""
        values = {each.names[-1]: each.default for each in self.listed}
        left = list(args)
        try:
            while left and left[0].startswith("-") and left[0] != "-":
                word = left.pop(0)
                if word == "--":
                    break
                self._parse_one(word, left, values)
        except FlagError as error:
            syscall.write(2, f"{error}\n".encode())
            self.usage()
        return values, left

    def usage(self) -> None:
        """Say how the command is used, and end the program."""
        head = f"\nUsage: docker {self.name} {self.signature}\n\n{self.description}\n\n"
        lines = table([each.line() for each in sorted(self.listed, key=lambda each: each.names)])
        syscall.write(2, f"{head}{lines}".encode())
        syscall.exit_group(WRONG_USE)

    def _parse_one(self, word: str, left: list[str], values: dict[str, Value]) -> None:
        name, equals, text = word.removeprefix("--").removeprefix("-").partition("=")
        if word in ("-h", "--help") and name not in self.flags:
            self.usage()
        if name not in self.flags and not word.startswith("--") and len(name) > 1:
            for letter in name:
                self._parse_one(f"-{letter}", left, values)
            return
        flag = self.flags.get(name)
        if flag is None or word.startswith("--") != (len(name) > 1):
            raise FlagError(f"flag provided but not defined: {word.partition('=')[0]}")
        if not equals and isinstance(flag.default, bool):
            text = "true"
        elif not equals and not left:
            raise FlagError(f"flag needs an argument: {_shown(name)}")
        elif not equals:
            text = left.pop(0)
        value, known = flag.parse(text), values[flag.names[-1]]
        values[flag.names[-1]] = [*known, str(value)] if isinstance(known, list) else value


def _shown(name: str) -> str:
    return f"--{name}" if len(name) > 1 else f"-{name}"
