"""Go's published API lists become tracer/golang/std.txt, one Go stub per package.

Usage: python scripts/make_std_table.py DIR   (DIR holds go1.txt, go1.1.txt, …: $GOROOT/api)

Every line of the table is a declaration without a body, followed by the release that introduced it.
Only what holds on linux/amd64 is kept.  The lists flatten embedded interfaces; EMBEDS restores
those that programs name most, so that `body.Close()` is known to be `(io.Closer).Close`.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

TABLE = Path(__file__).parent.parent / "tracer" / "golang" / "std.txt"
LINE = re.compile(r"pkg ([\w./]+)(?: \(([\w-]+)\))?, (.*?)(?:\s+//deprecated)?(?: #\d+)?$")
LONGEST = 60  # characters of a string constant worth keeping
PLATFORMS = {None, "linux-amd64", "linux-amd64-cgo"}

# Packages that share their last element: the one that API lines mean.
PREFERRED = {
    "ast": "go/ast", "build": "go/build", "constant": "go/constant",
    "parse": "text/template/parse", "pprof": "runtime/pprof", "rand": "math/rand",
    "scanner": "text/scanner", "template": "text/template", "token": "go/token",
    "trace": "runtime/trace", "types": "go/types",
}  # fmt: skip
EMBEDS = {
    ("io", "ReadCloser"): ("Reader", "Closer"),
    ("io", "ReadSeeker"): ("Reader", "Seeker"),
    ("io", "ReadSeekCloser"): ("Reader", "Seeker", "Closer"),
    ("io", "ReadWriteCloser"): ("Reader", "Writer", "Closer"),
    ("io", "ReadWriteSeeker"): ("Reader", "Writer", "Seeker"),
    ("io", "ReadWriter"): ("Reader", "Writer"),
    ("io", "WriteCloser"): ("Writer", "Closer"),
    ("io", "WriteSeeker"): ("Writer", "Seeker"),
    ("io", "ByteScanner"): ("ByteReader",),
    ("io", "RuneScanner"): ("RuneReader",),
    ("hash", "Hash"): ("io.Writer",),
    ("hash", "Hash32"): ("Hash",),
    ("hash", "Hash64"): ("Hash",),
    ("container/heap", "Interface"): ("sort.Interface",),
    ("net/http", "File"): ("io.Closer", "io.Reader", "io.Seeker"),
    ("net", "Error"): ("error",),
}
# Unexported types of exported variables; the lists leave them out.
BYTE_ORDER = (
    """type littleEndian struct{}
type bigEndian struct{}
"""
    + "".join(
        f"func ({order}) Uint{bits}([]uint8) uint{bits}\n"
        f"func ({order}) PutUint{bits}([]uint8, uint{bits})\n"
        for order in ("littleEndian", "bigEndian")
        for bits in (16, 32, 64)
    )
    + "func (littleEndian) String() string\nfunc (bigEndian) String() string"
)
EXTRA = {"encoding/binary": BYTE_ORDER}
EMBEDDED_METHODS = {
    "Reader": {"Read"}, "Writer": {"Write"}, "Closer": {"Close"}, "Seeker": {"Seek"},
    "ByteReader": {"ReadByte"}, "RuneReader": {"ReadRune"}, "Interface": {"Len", "Less", "Swap"},
    "Hash": {"BlockSize", "Reset", "Size", "Sum", "Write"}, "error": {"Error"},
}  # fmt: skip


def main() -> None:
    """Write the table."""
    packages = read(Path(sys.argv[1]))
    paths = {}
    for path in sorted(packages):
        paths.setdefault(path.rsplit("/", 1)[-1], path)
    paths |= PREFERRED
    TABLE.write_text("".join(stub(path, packages[path], paths) for path in sorted(packages)))


def read(folder: Path) -> dict[str, dict[str, str]]:
    """Package → fact → release, the oldest release first."""
    packages: dict[str, dict[str, str]] = defaultdict(dict)
    files = sorted(
        folder.glob("go1*.txt"), key=lambda f: [int(n) for n in re.findall(r"\d+", f.stem)]
    )
    for file in files:
        for line in file.read_text().splitlines():
            if (match := LINE.match(line)) and match[2] in PLATFORMS:
                packages[match[1]].setdefault(match[3], file.stem)
    return packages


def stub(path: str, facts: dict[str, str], paths: dict[str, str]) -> str:
    """Write one package as Go declarations."""
    lines: list[str] = [EXTRA[path]] if path in EXTRA else []
    aliases = {m[1] for fact in facts if (m := re.match(r"type (\w+) = ", fact))}
    # A type that became an alias (os.FileInfo, Go 1.16) is listed under both forms.
    facts = {
        fact: release
        for fact, release in facts.items()
        if not ((m := re.match(r"type (\w+)[ ,]", fact)) and m[1] in aliases and " = " not in fact)
    }
    members: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for fact, release in sorted(facts.items()):
        if match := re.match(r"type (\w+) (?:struct|interface), (.*)", fact):
            members[match[1]].append((match[2], release))
    # Interfaces with unexported methods are listed by their methods alone.
    listed = {m[1] for fact in facts if (m := re.match(r"type (\w+) interface \{", fact))}
    for fact, release in list(facts.items()):
        if (m := re.match(r"type (\w+) interface, ", fact)) and m[1] not in listed:
            facts = facts | {f"type {m[1]} interface {{ }}": release}
            listed.add(m[1])
    for fact, release in sorted(facts.items()):
        lines += declaration(path, fact, release, members)
    # The lists elide the fields of unnamed structs, and number type parameters.
    text = re.sub(r"\$(\d+)", r"T\1", re.sub(r"\bstruct\b(?! *\{)", "struct{}", "\n".join(lines)))
    own = path.rsplit("/", 1)[-1]
    used = sorted(
        {paths[q] for q in re.findall(r"\b([a-z]\w*)\.[A-Z]", text) if q in paths and q != own}
    )
    if own in PREFERRED and PREFERRED[own] != path and re.search(rf"\b{own}\.[A-Z]", text):
        used.append(PREFERRED[own])
    imports = "".join(f'import "{p}"\n' for p in used)
    return f"-- {path} --\npackage {own}\n{imports}{text}\n"


def declaration(
    path: str, fact: str, release: str, members: dict[str, list[tuple[str, str]]]
) -> list[str]:
    """Write one fact as Go; members of structs and interfaces go with their type."""
    kind, rest = fact.split(" ", 1)
    note = f" // {release}"
    if kind == "func":
        return [f"func {parameters(rest)}{note}"]
    if kind == "method":
        return [f"func {parameters(rest)}{note}"]
    if kind == "var":
        return [f"var {rest}{note}"]
    if kind == "const":
        return [constant(rest) + note] if constant(rest) else []
    if kind != "type" or re.match(r"\w+ (struct|interface), ", rest):
        return []
    if match := re.match(r"(\w+)(\[.*\])? struct$", rest):
        fields = [f"\t{f.removeprefix('embedded ')} // {r}" for f, r in members[match[1]]]
        return [f"type {match[1]}{match[2] or ''} struct {{{note}", *fields, "}"]
    if match := re.match(r"(\w+)(\[.*\])? interface", rest):
        return interface(path, match[1], members[match[1]], note)
    return [f"type {rest}{note}"]


def interface(path: str, name: str, methods: list[tuple[str, str]], note: str) -> list[str]:
    """Write an interface, what it embeds restored."""
    embeds = EMBEDS.get((path, name), ())
    inherited = {m for e in embeds for m in EMBEDDED_METHODS[e.rsplit(".", 1)[-1]]}
    own = [
        f"\t{m} // {r}"
        for m, r in methods
        if re.match(r"\w+", m)[0] not in inherited and m != "unexported methods"
    ]
    return [f"type {name} interface {{{note}", *(f"\t{e}" for e in embeds), *own, "}"]


def constant(rest: str) -> str:
    """`Name Type` or `Name = value`; values matter only where they are strings."""
    if " = " in rest:
        name, value = rest.split(" = ", 1)
        text = value.startswith('"') and len(value) < LONGEST
        return f"const {name} = {value}" if text else ""
    name, _, kind = rest.partition(" ")
    zero = {
        "ideal-int": "0",
        "ideal-char": "'0'",
        "ideal-float": "0.0",
        "ideal-string": '""',
        "ideal-bool": "true",
    }
    return f"const {name} = {zero[kind]}" if kind in zero else f"const {name} {kind} = 0"


def parameters(signature: str) -> str:
    """The lists write `$0` for type parameters and `(...)` for variadics as Go does."""
    return re.sub(r"\$(\d+)", r"T\1", signature)


if __name__ == "__main__":
    main()
