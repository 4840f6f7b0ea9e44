"""Go's own source becomes tracer/golang/std.txt: one stub per package, declarations without bodies.

Usage: python scripts/make_std_table.py GOROOT...   (the oldest release first)

A declaration is taken from the oldest release that has it, as linux/amd64 builds it; later releases
add packages, functions, types, methods and fields.  Kept: what is exported, and of what is not the
types that exported ones embed or mention, so that `t.Fatal()` is `(*testing.common).Fatal`.
Each line ends with the release that introduced it: an api/*.txt of these releases says so, or the
list of x/tools that comes with Go since 1.23; what no list names, such as an unexported type, is
as old as the first of these releases whose source has it.
"""

import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tracer.golang import declarations, source
from tracer.golang.constraints import Configuration
from tracer.golang.declarations import Program
from tracer.golang.packages import Function, Package, TypeName, Variable
from tracer.golang.source import SourceTree
from tracer.golang.types import expressions, typexprs
from tracer.golang.types.model import (
    Array,
    Basic,
    Chan,
    Interface,
    Map,
    Named,
    Pointer,
    Signature,
    Slice,
    Struct,
    StructField,
    Type,
    TypeParam,
)
from tracer.golang.types.typexprs import Types

TABLE = Path(__file__).parent.parent / "tracer" / "golang" / "std.txt"
OUTSIDE = re.compile(r"(^|/)(internal|builtin|unsafe)(/|$)")
LISTED = re.compile(
    r"pkg ([\w./]+)(?: \([\w-]+\))?, "
    r"(?:method \(\*?(\w+)(?:\[.*?\])?\) (\w+)"
    r"|type (\w+)(?:\[.*?\])? \w+, (?:embedded )?\*?([\w.]+)"
    r"|\w+ (\w+))"
)
MANIFEST = Path("src/cmd/vendor/golang.org/x/tools/internal/stdlib/manifest.go")
SYMBOL = re.compile(
    r'^\t(?:"([^"]+)": \{|\t\{"(?:\(\*?(\w+)(?:\[.*\])?\)\.)?([^"]+)", \w+, (\d+))', re.MULTILINE
)
LONGEST = 60  # characters of a string constant worth keeping


@dataclass
class Stub:
    """One package of the table: what it imports, and its lines by what they declare."""

    name: str
    imports: dict[str, str] = field(default_factory=dict)  # path → local name
    head: dict[str, str] = field(default_factory=dict)
    fields: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    later: dict[str, int] = field(default_factory=dict)  # name → the first source with it: Go 1.n

    def names(self) -> set[str]:
        """What it declares, fields as `Type.Field`."""
        return set(self.head) | {f"{t}.{f}" for t, fields in self.fields.items() for f in fields}


class Table:
    """The stubs so far."""

    def __init__(self, releases: dict[tuple[str, str], int]) -> None:
        self.releases = releases  # 0: Go 1
        self.stubs: dict[str, Stub] = {}
        self.oldest = 0

    def add(self, root: Path) -> None:
        """Add what a release has and those before it have not."""
        tree = source.read(root / "src", root.name)
        files = {p: f for p, f in tree.files.items() if not p.startswith(("cmd/", "time/tzdata/"))}
        program = declarations.declare(SourceTree(root.name, files, {}), Configuration())
        release = Release(self, Types(program))
        known = frozenset(self.stubs)
        before = {path: stub.names() for path, stub in self.stubs.items()}
        for path in sorted(program.packages):
            package = program.packages[path]
            if package.origin == "own" and not OUTSIDE.search(path):
                release.add(package)
                if path not in known:
                    stub = self.stubs.setdefault(path, Stub(package.name))
                    for used in sorted(_imports(program, path)):
                        stub.imports.setdefault(used, used.replace("/", "_"))

        number = int(re.match(r"go1\.(\d+)", (root / "VERSION").read_text())[1])
        if not self.oldest:
            self.oldest = number
            return
        for path, stub in self.stubs.items():
            stub.later |= dict.fromkeys(stub.names() - before.get(path, set()), number)

    def text(self) -> str:
        """Write all stubs."""
        return "".join(self._stub(path, self.stubs[path]) for path in sorted(self.stubs))

    def _stub(self, path: str, stub: Stub) -> str:
        lines = [f"-- {path} --", f"package {stub.name}"]
        lines += [_import(stub.imports[p], p) for p in sorted(stub.imports)]
        for name in sorted(stub.head):
            lines.append(stub.head[name] + self._note(path, stub, name))
            if not stub.head[name].endswith("{"):
                continue
            for member, line in sorted(stub.fields[name].items()):
                lines.append(f"\t{line}{self._note(path, stub, f'{name}.{member}')}")
            lines.append("}" + self._note(path, stub, name, whole=False))
        return "\n".join(lines) + "\n"

    def _note(self, path: str, stub: Stub, name: str, *, whole: bool = True) -> str:
        """The release of a line; a line that is not `whole` needs one only to be left out by."""
        listed, seen = self.releases.get((path, name)), stub.later.get(name)
        if seen is not None:
            return f" // go1.{listed if listed is not None and listed > self.oldest else seen}"
        return f" // go1.{listed}".removesuffix(".0") if whole and listed is not None else ""


class Release:
    """One release, while it is written into the table."""

    def __init__(self, table: Table, types: Types) -> None:
        self.table = table
        self.types = types
        self.done: set[TypeName] = set()
        self.stub = Stub("")

    def add(self, package: Package) -> None:
        """Add a package's exported declarations."""
        for name, declared in sorted(package.scope.items()):
            if name[:1].isupper():
                self.declare(package, name, declared)

    def declare(self, package: Package, name: str, declared: object) -> None:
        """Add one declaration."""
        outer, self.stub = self.stub, self.table.stubs.setdefault(package.path, Stub(package.name))
        match declared:
            case Function():
                signature = typexprs.function_signature(self.types, declared)
                self.put(name, f"func {name}{self.parameters(signature)}{self.rest(signature)}")
            case Variable():
                self.put(name, self.variable(declared))
            case TypeName() if declared not in self.done:
                self.done.add(declared)
                self.type_(package, declared)
        self.stub = outer

    def put(self, name: str, line: str) -> None:
        """Keep a line unless an older release has one of this name."""
        self.stub.head.setdefault(name, line)

    def variable(self, declared: Variable) -> str:
        """Write a variable or constant; values matter only where they are strings."""
        operand = expressions.variable(self.types, declared)
        if not declared.spec.is_const:
            return f"var {declared.name} {self.text(operand.type_)}"
        if operand.text is not None and len(operand.text) < LONGEST and operand.text.isprintable():
            quoted = operand.text.replace("\\", "\\\\").replace('"', '\\"')
            return f'const {declared.name} = "{quoted}"'
        if isinstance(operand.type_, Basic) and operand.type_.name.startswith("untyped"):
            kinds = {"rune": "'0'", "float": "0.0", "string": '""', "bool": "true"}
            return f"const {declared.name} = {kinds.get(operand.type_.name.split()[1], '0')}"
        return f"const {declared.name} {self.text(operand.type_)} = 0"

    def type_(self, package: Package, declared: TypeName) -> None:
        """Write a type with its members and methods."""
        name, scope = declared.name, typexprs.file_scope(declared.file).child()
        parameters = typexprs.type_parameters(
            self.types, scope, declared.spec.type_params, declared.id
        )
        is_new = name not in self.stub.head
        form = typexprs.type_of(self.types, scope, declared.spec.type_)
        head = f"type {name}{self.type_parameters(parameters)} "
        if declared.spec.is_alias:
            self.put(name, f"{head}= {self.text(form)}")
        elif isinstance(form, Struct):
            self.put(name, f"{head}struct {{")
            wanted = [f for f in form.fields if f.name[:1].isupper() or (f.embedded and is_new)]
            for part in wanted:
                self.stub.fields[name].setdefault(part.name, self.field(part))
        elif isinstance(form, Interface):
            self.put(name, f"{head}interface {{")
            self.stub.fields[name] = self.members(form) | self.stub.fields[name]
        else:
            self.put(name, f"{head}{self.text(form)}")
        arguments = f"[{', '.join(p.name for p in parameters)}]" if parameters else ""
        for method in sorted(package.methods.get(name, {}).values(), key=lambda m: m.name):
            if method.name[:1].isupper():
                signature = typexprs.function_signature(self.types, method)
                receiver = f"({'*' if method.pointer else ''}{name}{arguments})"
                tail = f"{self.rest(signature)}"
                self.put(f"{name}.{method.name}", f"func {receiver} {method.name}{tail}")

    def members(self, form: Interface) -> dict[str, str]:
        """The lines of an interface; an unexported method counts by its name alone."""
        lines = {
            name: name + (self.rest(signature) if name[:1].isupper() else "()")
            for name, signature in form.methods
        }
        lines |= {self.text(e): self.text(e) for e in form.embeds}
        return lines | ({"|": " | ".join(map(self.text, form.unions))} if form.unions else {})

    def field(self, part: StructField) -> str:
        """Write a field."""
        return self.text(part.type_) if part.embedded else f"{part.name} {self.text(part.type_)}"

    def parameters(self, signature: Signature) -> str:
        """The type parameters of a function."""
        return self.type_parameters(signature.type_params)

    def type_parameters(self, parameters: tuple[TypeParam, ...]) -> str:
        """Type parameters with their constraints."""
        found = ", ".join(f"{p.name} {self.text(p.constraint)}" for p in parameters)
        return f"[{found}]" if found else ""

    def rest(self, signature: Signature) -> str:
        """A signature without the word `func`."""
        params = [self.text(p) for p in signature.params]
        last = signature.params[-1] if signature.variadic else None
        if isinstance(last, Slice):
            params[-1] = f"...{self.text(last.elem)}"
        results = ", ".join(map(self.text, signature.results))
        tail = f" ({results})" if len(signature.results) > 1 else f" {results}" if results else ""
        return f"({', '.join(params)}){tail}"

    def text(self, type_: Type) -> str:
        """A type as this package writes it; types that it mentions are added to the table."""
        match type_:
            case Basic("unsafe.Pointer"):
                self.stub.imports["unsafe"] = "unsafe"
                return "unsafe.Pointer"
            case Basic(name):
                return name.removeprefix("untyped ").replace("nil", "any").replace("rune", "int32")
            case Named(declared, arguments):
                return self.named(declared) + (
                    f"[{', '.join(map(self.text, arguments))}]" if arguments else ""
                )
            case TypeParam(name):
                return name
            case Pointer(elem):
                return f"*{self.text(elem)}"
            case Slice(elem):
                return f"[]{self.text(elem)}"
            case Array(elem):
                return f"[1]{self.text(elem)}"
            case Map(key, elem):
                return f"map[{self.text(key)}]{self.text(elem)}"
            case Chan(elem):
                return f"chan {self.text(elem)}"
            case Struct(fields):
                return f"struct {{ {'; '.join(self.field(f) for f in fields if _kept(f))} }}"
            case Signature():
                return f"func{self.rest(type_)}"
            case Interface():
                return f"interface {{ {'; '.join(self.members(type_).values())} }}"
            case _:
                return "any"

    def named(self, declared: TypeName) -> str:
        """A declared type's name, qualified where another package declares it."""
        package, stub = declared.file.package, self.stub
        if package.origin == "vendor":
            return "any"
        self.declare(package, declared.name, declared)
        if self.table.stubs[package.path] is stub:
            return declared.name
        taken = {n for p, n in stub.imports.items() if p != package.path} | {stub.name}
        local = package.path.replace("/", "_") if package.name in taken else package.name
        return f"{stub.imports.setdefault(package.path, local)}.{declared.name}"


def _imports(program: Program, path: str) -> set[str]:
    """The public packages that a package imports, itself or by way of internal ones."""
    found, seen, pending = set[str](), set[str](), [path]
    while pending:
        package = program.packages.get(pending.pop())
        for file in package.files if package else ():
            for used in set(file.imports.values()) - seen:
                seen.add(used)
                if OUTSIDE.search(used) or "." in used.partition("/")[0]:
                    pending.append(used)
                else:
                    found.add(used)
    return found


def _import(name: str, path: str) -> str:
    return f'import "{path}"' if path.rpartition("/")[2] == name else f'import {name} "{path}"'


def _kept(part: StructField) -> bool:
    return part.embedded or part.name[:1].isupper()


def released(roots: list[Path]) -> dict[tuple[str, str], int]:
    """Package and name → the release whose list has it first, as the n of Go 1.n."""
    found: dict[tuple[str, str], int] = {}
    lists = {f.name: f for root in roots for f in (root / "api").glob("go1*.txt")}
    for name in sorted(lists, key=_number):
        for line in lists[name].read_text().splitlines():
            if match := LISTED.match(line):
                path, receiver, method, owner, member, plain = match.groups()
                key = f"{receiver}.{method}" if method else f"{owner}.{member}" if owner else plain
                found.setdefault((path, key), _number(name))
                found.setdefault((path, key.partition(".")[0]), _number(name))
    for root in reversed(roots):
        if (root / MANIFEST).exists():
            path = ""
            for match in SYMBOL.finditer((root / MANIFEST).read_text()):
                package, receiver, name, number = match.groups()
                path = package or path
                if name:
                    found.setdefault(
                        (path, f"{receiver}.{name}" if receiver else name), int(number)
                    )
    return found


def _number(name: str) -> int:
    match = re.match(r"go1\.(\d+)", name)
    return int(match[1]) if match else 0


def main() -> None:
    """Write the table."""
    roots = [Path(argument).resolve() for argument in sys.argv[1:]]
    table = Table(released(roots))
    for root in roots:
        table.add(root)
    TABLE.write_text(table.text(), encoding="utf-8")


if __name__ == "__main__":
    main()
