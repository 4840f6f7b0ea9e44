"""A tree that was read on two cores is the tree that was read on one."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest

from tracer import pipeline
from tracer.beside import Turns
from tracer.golang import declarations, keeping, parser
from tracer.golang.constraints import Configuration
from tracer.golang.packages import Function
from tracer.golang.source import SourceFile, SourceTree
from tracer.golang.syntax import File
from tracer.golang.types import bodies, resolve, twocores
from tracer.golang.types.resolve import Resolution
from tracer.golang.types.twocores import Half
from tracer.golang.types.typexprs import Types
from tracer.pipeline import Traced

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
HERE = os.getpid()


def tree(**texts: str) -> SourceTree:
    files = {f"{n}/{n}.go": SourceFile(f"{n}/{n}.go", text.encode()) for n, text in texts.items()}
    return SourceTree("texts", files, {})


def large(name: str) -> str:
    return f"package p\nfunc {name}() {{ {name}() }}\n//" + "x" * 400_000 + "\n"


@contextmanager
def begun(files: SourceTree, known: dict[str, File] | None = None) -> Iterator[Half]:
    def connect(parsed: twocores.Files) -> Resolution:
        return resolve.resolve(declarations.declare(files, Configuration(), parsed=parsed))

    with twocores.begun(files, Configuration(), known or {}, connect, lambda: b"rest") as half:
        yield half


@contextmanager
def divided(
    pocket: Traced, turns: Iterable[int] = (), known: Mapping[str, File] | None = None
) -> Iterator[tuple[Half, Traced]]:
    """The pocket tree, read by two."""
    files, built = pocket.graph.program.tree, pocket.graph.program.configuration
    made: list[Traced] = []

    def connect(parsed: twocores.Files) -> Resolution:
        made.append(pipeline.connect(pocket.tree, files, built, parsed=parsed))
        return made[0].graph.resolution

    def rest() -> bytes:
        return pipeline.export_beside(made[0], turns)

    with twocores.begun(files, built, known or {}, connect, rest) as half:
        half.resolve(connect(half.parse()))
        yield half, replace(made[0], beside=half.rest)


@pytest.mark.usefixtures("two_cores")
class TestTwoCores:
    def test_each_parses_its_folders(self, monkeypatch: pytest.MonkeyPatch) -> None:
        here = noted(monkeypatch)
        with begun(tree(f=large("f"), g=large("g"))) as half:
            found = half.parse()

        assert sorted(found) == ["f/f.go", "g/g.go"]
        assert here == ["f/f.go"]
        assert found["g/g.go"].functions[0].name.name == "g"

    def test_each_resolves_its_folders(
        self, pocket: Traced, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        here = resolving(monkeypatch)
        monkeypatch.setattr(twocores, "_WORTH", 0)
        with divided(pocket) as (half, again):
            found = pipeline.export(again)

        packages = again.graph.program.packages
        assert half.parts[0] < {package.folder for package in packages.values()}
        assert set(here) <= half.parts[0]
        assert set(half.done.packages) == set(packages)
        assert found == pipeline.export(pocket)

    def test_each_resolves_a_part_where_all_is_parsed(
        self, pocket: Traced, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        here = resolving(monkeypatch)
        monkeypatch.setattr(twocores, "_WORTH", 0)
        with divided(pocket, known=pocket.graph.program.parsed) as (half, again):
            assert half.parts == (set(), set())
            assert len(half.done.packages) == len(again.graph.program.packages)

        folders = {p.folder for p in again.graph.program.packages.values() if [*p.functions()]}
        assert 0.2 * len(folders) < len(set(here)) < 0.8 * len(folders)

    def test_the_copy_does_the_rest(self, pocket: Traced, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(twocores, "_WORTH", 0)
        with divided(pocket) as (_, again):
            monkeypatch.setattr(pipeline, "find_patterns", lambda _: pytest.fail("it is done here"))
            found = pipeline.export(again)
        monkeypatch.undo()

        assert found == pipeline.export(pocket)

    def test_a_table_that_the_copy_took_and_never_made_is_made_here(
        self, pocket: Traced, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(twocores, "_WORTH", 0)
        with closing(Turns(len(pipeline.EITHER))) as turns:
            monkeypatch.setattr(
                pipeline, "export_beside", lambda *_: os._exit(9) if list(turns) else b""
            )
            with divided(pocket) as (half, again):
                assert half.rest() is None
                found = pipeline.export(again, turns)

        assert all(found.values())
        assert found == pipeline.export(pocket)

    def test_bodies_that_the_copy_parsed_are_not_parsed_again(
        self, pocket: Traced, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(twocores, "_WORTH", 0)
        with divided(pocket) as (_, again):
            monkeypatch.setattr(parser, "body", lambda *_: pytest.fail("it is parsed again"))
            for function in again.graph.program.functions():
                if function.decl.body is not None:
                    assert function.decl.body.block

    def test_a_copy_that_dies_while_it_parses_leaves_all_to_us(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        parse = parser.parse

        def dies_beside(source: SourceFile) -> File:
            if os.getpid() != HERE:
                os._exit(9)
            return parse(source)

        monkeypatch.setattr(parser, "parse", dies_beside)
        assert resolved(tree(f=large("f"), g=large("g"))) == {"f.f", "g.g"}

    def test_a_copy_that_dies_while_it_resolves_leaves_all_to_us(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        walk = bodies.walk

        def dies_beside(types: Types, function: Function) -> bodies.Body:
            if os.getpid() != HERE:
                os._exit(9)
            return walk(types, function)

        monkeypatch.setattr(bodies, "walk", dies_beside)
        assert resolved(tree(f=large("f"), g=large("g"))) == {"f.f", "g.g"}

    def test_what_is_not_resolved_is_parsed_by_two_where_it_is_large(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(twocores, "_WORTH_PARSING", 500_000)
        files = tree(f=large("f"), g=large("g"))
        here = noted(monkeypatch)
        with twocores.begun(files, Configuration(), {}) as half:
            found = half.parse()
        assert sorted(found) == ["f/f.go", "g/g.go"]
        assert here == ["f/f.go"]

        program = declarations.declare(files, Configuration(), parsed=found)
        assert sorted(half.written(program.parsed)) == ["f/f.go", "g/g.go"]
        assert resolve.resolve(program).body("g.g").sites[0].callee == "g.g"
        assert sorted(half.written(program.parsed)) == ["f/f.go"]  # `g` has a body more now

    def test_less_is_parsed_alone_where_nothing_is_resolved(self) -> None:
        with twocores.begun(tree(f=large("f"), g=large("g")), Configuration(), {}) as half:
            assert half.parse() == {}

    def test_what_is_known_is_not_parsed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        files = tree(f=large("f"), g=large("g"), h=large("h"))
        known = {"h/h.go": parser.parse(files.files["h/h.go"])}
        here = noted(monkeypatch)
        with begun(files, known) as half:
            found = half.parse()
            assert "h/h.go" not in here
            assert found["h/h.go"] is known["h/h.go"]
            assert sorted(found) == ["f/f.go", "g/g.go", "h/h.go"]

    def test_what_nothing_imports_is_not_parsed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        here = noted(monkeypatch)
        files = tree(f=large("f"), g=large("g"))
        unused = SourceFile("vendor/u/u.go", large("u").encode())
        used = SourceFile("vendor/v/v.go", large("v").encode())
        text = files.files["f/f.go"].content.replace(b"\n", b'\nimport "v"\n', 1)
        files.files["f/f.go"] = SourceFile("f/f.go", text)
        files.files.update({"vendor/u/u.go": unused, "vendor/v/v.go": used})
        with begun(files) as half:
            found = half.parse()

        assert sorted(found) == ["f/f.go", "g/g.go", "vendor/v/v.go"]
        assert "vendor/u/u.go" not in here

    def test_a_file_too_deep_to_be_written_is_left_to_us(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(keeping, "write", lambda *_, **__: None)
        assert resolved(tree(f=large("f"), g=large("g"))) == {"f.f", "g.g"}


def test_a_small_tree_is_not_divided() -> None:
    with begun(tree(f="package p\n")) as half:
        assert half.parse() == {}
        assert half.rest() is None


def test_one_core_divides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracer.beside.cores", lambda: 1)
    with begun(tree(f=large("f"), g=large("g"))) as half:
        assert half.parse() == {}
        assert half.rest() is None


def noted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are parsed in this process from now on."""
    here: list[str] = []
    parse = parser.parse

    def note(source: SourceFile) -> File:
        here.append(source.path)
        return parse(source)

    monkeypatch.setattr(parser, "parse", note)
    return here


def resolving(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders whose bodies are resolved in this process from now on."""
    here: list[str] = []
    walk = bodies.walk

    def note(types: Types, function: Function) -> bodies.Body:
        here.append(function.file.package.folder)
        return walk(types, function)

    monkeypatch.setattr(bodies, "walk", note)
    return here


def resolved(files: SourceTree) -> set[str]:
    """The functions that are found to call one another, through two half."""
    with begun(files) as half:
        program = declarations.declare(files, Configuration(), parsed=half.parse())
        resolution = resolve.resolve(program)
        half.resolve(resolution)
        return {site.callee for body in resolution.everything() for site in body.sites}
