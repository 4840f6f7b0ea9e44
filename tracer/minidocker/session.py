"""A machine that outlives the program: the commands so far are kept in a file and run again.

The machine is deterministic, so the same commands lead to the same state; nothing else is stored:

    {"format": "trace-docker machine 1", "seed": "1", "commands": ["docker run -d busybox ps"]}
"""

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tracer.minidocker.machine import Machine

FORMAT = "trace-docker machine 1"


class SessionError(Exception):
    """The file does not hold a machine; the message says what to do."""


@dataclass(frozen=True)
class Session:
    """The commands that lead to a machine."""

    seed: str = "1"
    commands: tuple[str, ...] = ()

    def machine(self) -> Machine:
        """Make the machine, with everything done again."""
        machine = Machine.booted(self.seed)
        for command in self.commands:
            machine.run(command)
        return machine

    def after(self, command: str) -> "Session":
        """Add a command."""
        return Session(self.seed, (*self.commands, command))

    def save(self, path: Path) -> None:
        """Write the file, whole or not at all.

        Raises:
            SessionError: it cannot be written.

        """
        content = {"format": FORMAT, "seed": self.seed, "commands": list(self.commands)}
        try:
            handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(json.dumps(content, indent=1) + "\n")
            Path(scratch).replace(path)
        except OSError as error:
            raise SessionError(f"{path}: {error.strerror}; give another --state FILE") from None


def load(path: Path) -> Session:
    """Read a session; a file that is not there is a new machine.

    Raises:
        SessionError: the file is no session.

    """
    wrong = SessionError(f"{path} holds no machine; remove it or give another --state FILE")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Session()
    except OSError as error:
        raise SessionError(f"{path}: {error.strerror}; give another --state FILE") from None
    except ValueError:
        raise wrong from None
    match content:
        case {"format": str(known), "seed": str(seed), "commands": [*commands]} if (
            known == FORMAT and all(isinstance(each, str) for each in commands)
        ):
            return Session(seed, tuple(commands))
        case _:
            raise wrong
