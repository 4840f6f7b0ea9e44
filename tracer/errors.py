"""What a person can do wrong.

Every error carries its data and writes its own line: what is wrong, and what to do.
The command line prints that line and exits with 2; a traceback means a bug of ours.
"""

import shlex
from collections.abc import Sequence

_SHOWN = 8  # candidates listed in one line
_ENDS = 3  # functions at which a trail ends


class TracerError(Exception):
    """Wrong use or bad input; `str(error)` is the one line that a person reads."""


class NoGoSourceError(TracerError):
    """The directory holds no Go file that this configuration builds."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"no Go source in {place}: give a directory that holds .go files; tests, links, and"
            " folders called testdata or beginning with . or _ are not read"
        )
        self.place = place


class UnknownSourceError(TracerError):
    """Neither the name of an added source nor a directory."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(
            f"no source {name!r}: it is neither a directory nor one of {', '.join(known)}"
            " (add one with: trace-docker source add v1.2.0)"
        )
        self.name = name


class FileSourceError(TracerError):
    """A file, where the directory around it is asked for."""

    def __init__(self, name: str, folder: str) -> None:
        super().__init__(f"{name} is a file; give the directory of the tree, as in {folder}")
        self.name = name


class UnknownSymbolError(TracerError):
    """No declaration ends in the given name.

    `left_out` is a file that declares one and is not built, and why.
    """

    def __init__(
        self, name: str, close: Sequence[str], left_out: tuple[str, str] | None = None
    ) -> None:
        hint = f"; did you mean {', '.join(close)}?" if close else ""
        if left_out is not None:
            hint = f"; {left_out[0]} declares it and is not built: {left_out[1]}"
        super().__init__(f"nothing in this tree is called {name!r}{hint}")
        self.name = name


class OtherKindError(TracerError):
    """The declaration that has the name is of another kind than the one that is asked for."""

    def __init__(self, name: str, declared: str, kind: str, wanted: str) -> None:
        super().__init__(
            f"{name!r} is the {kind} {declared}, and a {wanted} is asked for; see it with:"
            f" trace-docker show {shlex.quote(declared)}"
        )
        self.name = name


class InterfaceMethodError(TracerError):
    """A method that an interface asks for, where a function with a body is asked for."""

    def __init__(self, name: str, interface: str) -> None:
        super().__init__(
            f"{name!r} is a method of the interface {interface} and has no body; see who has one"
            f" with: trace-docker implements {interface}, and who calls it with: trace-docker"
            f" callers {shlex.quote(name)}"
        )
        self.name = name


class AmbiguousSymbolError(TracerError):
    """Several declarations end in the given name."""

    def __init__(self, name: str, candidates: Sequence[str]) -> None:
        shown = _listed(candidates)
        super().__init__(f"{name!r} names {len(candidates)} things: {shown}; give more of the name")
        self.name = name
        self.candidates = tuple(candidates)


NO_PATHS = "tells none of the named paths; run-path --from A --to B joins any two functions"


class UnknownPathError(TracerError):
    """No story has this name, or the tree lacks the story's functions."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        told = f"; there are: {', '.join(known)}" if known else f", which {NO_PATHS}"
        super().__init__(f"no path {name!r} in this tree{told}")
        self.name = name


class NoRouteError(TracerError):
    """No chain of calls leads from one function to the other.

    The last three arguments tell why: who calls the goal or gives it away, which functions of the
    tree are farthest from the start, what was not followed on the way.
    """

    def __init__(
        self,
        start: str,
        goal: str,
        reached: int,
        users: tuple[Sequence[str], Sequence[str]],
        deepest: Sequence[str],
        gaps: Sequence[str],
    ) -> None:
        callers, givers = users
        why = (
            f"none of its callers is among them ({_listed(callers)})"
            if callers
            else "nothing is seen to call it"
        )
        if givers and not callers:
            verb = "gives" if len(givers) == 1 else "give"
            why = f"only {_listed(givers)} {verb} it to what is not in the tree and may call it"
        count = f"{reached} function{'s' * (reached != 1)}"
        end = f"; the trail ends at {_listed(deepest, _ENDS)}" if reached else ""
        not_followed = f"; not followed: {', '.join(gaps)}" if gaps else ""
        super().__init__(
            f"no call path from {start} to {goal}: {count} can be reached, {why}{end}{not_followed}"
        )


def _listed(found: Sequence[str], most: int = _SHOWN) -> str:
    return ", ".join(found[:most]) + (", …" if len(found) > most else "")


class StoryError(TracerError):
    """A story file that cannot be read."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"story {name}: {problem}")


class TextError(TracerError):
    """A text of the site in which a link or block leads nowhere."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")


class OutputError(TracerError):
    """A file or folder that cannot be written."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"cannot write {place}: {problem}")


class SourceError(TracerError):
    """A real tree could not be added, found or verified."""


class NoTwinError(TracerError):
    """A path whose twin is not written."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(
            f"the path {name!r} has no twin to run; there is one of: {', '.join(known)}"
        )


class PackError(TracerError):
    """Exercises, answers or submissions that cannot be read, or are not there."""


class PortError(TracerError):
    """The port to serve on cannot be had."""

    def __init__(self, port: int, reason: str) -> None:
        super().__init__(f"cannot serve on port {port}: {reason}; give another one with --port")
        self.port = port


class NoSiteError(TracerError):
    """The folder to serve holds no site."""

    def __init__(self, place: str) -> None:
        super().__init__(f"no site in {place}; make it with: trace-docker site build --out {place}")
        self.place = place


class NoPyodideError(TracerError):
    """The folder with the browser's Python lacks a file."""

    def __init__(self, place: str, missing: str) -> None:
        super().__init__(
            f"no {missing} in {place}: give the folder of the npm package pyodide"
            " (npm install pyodide; node_modules/pyodide)"
        )
        self.place = place
