"""What the values of flags must look like: each check returns the value, in its usual form."""

import posixpath
import re
from ipaddress import ip_address

from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.pkg import parsers
from tracer.minidocker.twin import twin_of

STREAMS = ("stdin", "stdout", "stderr")
MOST_COLONS = 2  # host:container:mode
LABEL = "[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?"


class ListOpts(list[str]):
    """What was given, in order."""

    @twin_of(
        "(*github.com/docker/docker/opts.ListOpts).Delete",
        passes="It changes the client's own list, before anything is sent.",
    )
    def delete(self, word: str) -> None:
        """Take a word out."""
        self.remove(word)


def validate_attach(value: str) -> str:
    """Check the name of a stream."""
    if value.lower() not in STREAMS:
        raise DockerError("valid streams are STDIN, STDOUT and STDERR.")
    return value.lower()


def validate_path(value: str) -> str:
    """Check a volume or device; the path inside the container must be absolute."""
    if value.count(":") > MOST_COLONS:
        raise DockerError(f"bad format for volumes: {value}")
    source, colon, inside = value.rpartition(":") if value.count(":") == 1 else ("", "", value)
    if value.count(":") == MOST_COLONS:
        source, colon, inside = value.partition(":")
    if not inside.startswith("/"):
        raise DockerError(f"{inside} is not an absolute path")
    return source + colon + posixpath.normpath(inside)


def validate_link(value: str) -> str:
    """Check that a link has a name and an alias."""
    parsers.part_parser("name:alias", value)
    return value


def validate_ip_address(value: str) -> str:
    """Check an address."""
    try:
        return str(ip_address(value.strip()))
    except ValueError:
        raise DockerError(f"{value} is not an ip address") from None


def validate_dns_search(value: str) -> str:
    """Check a domain; a dot alone stands for none."""
    name = value.strip(" ")
    if name == ".":
        return name
    if not re.fullmatch(rf"{LABEL}(\.{LABEL})*\.?", name) or not re.search("[a-zA-Z]", name):
        raise DockerError(f"{name} is not a valid domain")
    return name.rstrip(".")


def ram_in_bytes(text: str) -> int:
    """Read a size such as 64m."""
    match = re.fullmatch("([0-9]+)([kKmMgGtTpP])?[bB]?", text)
    if not match:
        raise DockerError(f"Invalid size: '{text}'")
    power = "kmgtp".index(match[2].lower()) + 1 if match[2] else 0
    size: int = int(match[1]) * 1024**power
    return size


def parse_env_file(text: str, own: dict[str, str]) -> list[str]:
    """Read a file of variables, a line each; one without a value takes the client's own."""
    found: list[str] = []
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if equals and set(name.lstrip()) & {" ", "\t"}:
            raise DockerError(f"poorly formatted environment: '{name}' has white spaces")
        found.append(f"{name.lstrip() if equals else name.strip()}={value or own.get(name, '')}")
    return found
