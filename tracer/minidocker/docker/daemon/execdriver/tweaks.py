"""What both drivers do with the capabilities that a user adds and drops."""

from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.libcontainer.capabilities import ALL


def tweak_capabilities(basics: list[str], adds: list[str], drops: list[str]) -> list[str]:
    """Change a set of capabilities; "all" stands for all that there are, and case for nothing."""
    added, dropped = [each.upper() for each in adds], [each.upper() for each in drops]
    for names, problem in ((dropped, "drop"), (added, "to add")):
        for unknown in (each for each in names if each not in (*ALL, "ALL")):
            raise DockerError(f'Unknown capability {problem}: "{unknown}"')
    kept = list(ALL) if "ALL" in added else basics
    kept = [] if "ALL" in dropped else [each for each in kept if each not in dropped]
    return [*kept, *(each for each in added if each not in (*kept, "ALL"))]
