"""Words with colons in them, taken apart."""

from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.twin import twin_of


@twin_of(
    "github.com/docker/docker/pkg/parsers.ParseRepositoryTag",
    passes="It takes a word apart; nothing is kept.",
)
def parse_repository_tag(name: str) -> tuple[str, str]:
    """Split a name from its tag; a colon before a slash belongs to the registry's port."""
    repository, _, tag = name.rpartition(":")
    return (repository, tag) if repository and "/" not in tag else (name, "")


def part_parser(template: str, data: str) -> dict[str, str]:
    """Name the parts of a word as the template does; it must have as many."""
    names, parts = template.split(":"), data.split(":")
    if len(names) != len(parts):
        raise DockerError(f"Invalid format to parse: {data} should match {template}")
    return dict(zip(names, parts, strict=True))
