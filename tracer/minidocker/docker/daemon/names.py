"""Names of containers: /NAME leads to an id, and so does /PARENT/ALIAS where one is linked."""

import re
from collections.abc import Container as Collection

from tracer.minidocker import syscall
from tracer.minidocker.docker.errors import ConflictError, UsageError
from tracer.minidocker.docker.graph.graph import generate_random_id
from tracer.minidocker.docker.pkg.graphdb import Database, NotUniqueError
from tracer.minidocker.twin import twin_of

ALLOWED = "[a-zA-Z0-9_.-]"
ADJECTIVES = ("agile", "brave", "calm", "eager", "happy", "kind", "sharp", "wise")
SCIENTISTS = ("curie", "darwin", "euclid", "hopper", "lovelace", "noether", "turing", "wright")
TRIES = 6


@twin_of("(*github.com/docker/docker/daemon.Daemon).generateIdAndName")
def generate_id_and_name(names: Database, known: Collection[str], name: str) -> tuple[str, str]:
    """Make up an id, and a name if none was asked for; the name is taken from now on."""
    id_ = generate_random_id()
    if not name:
        return id_, generate_new_name(names, id_)
    return id_, _reserve_name(names, known, id_, name)


@twin_of("(*github.com/docker/docker/daemon.Daemon).generateNewName")
def generate_new_name(names: Database, id_: str) -> str:
    """Try some names that nobody has chosen; the beginning of the id is free for certain."""
    for attempt in range(TRIES):
        name = _random_name(attempt)
        try:
            names.set(f"/{name}", id_)
        except NotUniqueError:
            continue
        return name
    names.set(f"/{id_[:12]}", id_)
    return id_[:12]


@twin_of("(*github.com/docker/docker/daemon.Daemon).reserveName")
def _reserve_name(names: Database, known: Collection[str], id_: str, name: str) -> str:
    """Take the name, unless a container has it; one that leads nowhere is free."""
    name = name.removeprefix("/")
    if not re.fullmatch(f"{ALLOWED}+", name):
        raise UsageError(f"Invalid container name ({name}), only {ALLOWED} are allowed")
    try:
        names.set(f"/{name}", id_)
    except NotUniqueError:
        owner = names.get(f"/{name}")
        if owner in known:
            raise ConflictError(
                f"Conflict, The name {name} is already assigned to {str(owner)[:12]}. You have to "
                f"delete (or rename) that container to be able to assign {name} to a container "
                "again."
            ) from None
        names.delete(f"/{name}")
    return name


def _random_name(attempt: int) -> str:
    first, second, digit = syscall.getrandom(3)
    name = f"{ADJECTIVES[first % 8]}_{SCIENTISTS[second % 8]}"
    return f"{name}{digit % 10}" if attempt else name
