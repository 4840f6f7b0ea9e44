"""Which files a configuration builds: file name suffixes, `//go:build` and `// +build` lines.

Follows `go/build`: https://pkg.go.dev/cmd/go#hdr-Build_constraints
"""

import io
import re
from collections.abc import Iterator

import msgspec

from tracer.golang.nesting import deep

GOOS = frozenset((
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux",
    "nacl", "netbsd", "openbsd", "plan9", "solaris", "wasip1", "windows", "zos",
))  # fmt: skip
GOARCH = frozenset((
    "386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "loong64", "mips", "mipsle",
    "mips64", "mips64le", "mips64p32", "mips64p32le", "ppc", "ppc64", "ppc64le", "riscv",
    "riscv64", "s390", "s390x", "sparc", "sparc64", "wasm",
))  # fmt: skip
UNIX = frozenset((
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "linux",
    "netbsd", "openbsd", "solaris",
))  # fmt: skip
_TOKEN = re.compile(r"\s*(\(|\)|!|&&|\|\||[\w.]+)")
_LONG = 1_000  # words; Go takes no longer expressions either
_LINE = re.compile(rb"//\s*\+build\s+(.*)|//go:build\s+(.*)")


class Configuration(msgspec.Struct, frozen=True):
    """One build configuration; the default is the one Docker ships: linux/amd64 with cgo."""

    goos: str = "linux"
    goarch: str = "amd64"
    tags: frozenset[str] = frozenset()
    cgo: bool = True

    def is_set(self, tag: str) -> bool:
        """Say whether a build tag holds; every release tag `go1.N` does."""
        return (
            tag in {self.goos, self.goarch, "gc"}
            or tag in self.tags
            or (tag == "cgo" and self.cgo)
            or (tag == "unix" and self.goos in UNIX)
            or re.fullmatch(r"go1\.\d+", tag) is not None
        )

    def builds(self, name: str, content: bytes) -> bool:
        """Say whether the file of this name and content is part of the build."""
        return all(self.is_set(t) for t in name_tags(name)) and all(
            evaluate(expression, self) for expression in expressions(content)
        )


def name_tags(name: str) -> tuple[str, ...]:
    """The GOOS and GOARCH that a file name implies: `mount_linux.go`, `x_windows_amd64.go`."""
    parts = name.removesuffix(".go").split("_")[1:]
    if len(parts) >= 2 and parts[-2] in GOOS and parts[-1] in GOARCH:  # noqa: PLR2004
        return (parts[-2], parts[-1])
    return (parts[-1],) if parts and parts[-1] in GOOS | GOARCH else ()


def expressions(content: bytes) -> tuple[str, ...]:
    """The build expressions of a file, `// +build` lines rewritten in the `//go:build` form."""
    old: list[str] = []
    for line in _header(content):
        match = _LINE.match(line)
        if match and match[2]:
            return (match[2].decode("utf-8", "replace"),)
        if match:
            options = [o.split(",") for o in match[1].decode("utf-8", "replace").split()]
            old.append(" || ".join("(" + " && ".join(terms) + ")" for terms in options))
    return tuple(old)


def describe(name: str, content: bytes) -> str:
    """The constraint of a file as a person reads it; empty where there is none."""
    return " && ".join((*name_tags(name), *expressions(content)))


@deep
def evaluate(expression: str, configuration: Configuration) -> bool:
    """Evaluate a `//go:build` expression; one that cannot be read counts as not satisfied."""
    tokens = _TOKEN.findall(expression)
    if len(tokens) > _LONG:
        return False
    try:
        value, rest = _any(tokens, configuration)
    except IndexError:
        return False
    return value and not rest


def _any(tokens: list[str], configuration: Configuration) -> tuple[bool, list[str]]:
    value, tokens = _all(tokens, configuration)
    while tokens and tokens[0] == "||":
        right, tokens = _all(tokens[1:], configuration)
        value = value or right
    return value, tokens


def _all(tokens: list[str], configuration: Configuration) -> tuple[bool, list[str]]:
    value, tokens = _not(tokens, configuration)
    while tokens and tokens[0] == "&&":
        right, tokens = _not(tokens[1:], configuration)
        value = value and right
    return value, tokens


def _not(tokens: list[str], configuration: Configuration) -> tuple[bool, list[str]]:
    if tokens[0] == "!":
        value, rest = _not(tokens[1:], configuration)
        return not value, rest
    if tokens[0] == "(":
        value, rest = _any(tokens[1:], configuration)
        return value, rest[1:]
    return configuration.is_set(tokens[0]), tokens[1:]


def _header(content: bytes) -> Iterator[bytes]:
    """Yield the lines above the package clause."""
    comment = False
    for raw in io.BytesIO(content):
        line = raw.strip()
        if comment or line.startswith(b"/*"):
            comment = b"*/" not in line
        elif line.startswith(b"//"):
            yield line
        elif line:
            return
