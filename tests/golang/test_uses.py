from conftest import graph_of

from tracer.golang.syntax import Pos
from tracer.golang.types import uses
from tracer.golang.types.scopes import Member, PackageName, Used

TEXTS = {
    "go.mod": "module m\n",
    "store/store.go": """package store
type Driver interface { Open(name string) error }
type Base struct { Root string }
const Most = 9
func (b *Base) Path() string { return b.Root }
""",
    "main.go": """package main
import disk "m/store"
type daemon struct {
	*disk.Base
	drivers [disk.Most]disk.Driver
}
var first = &daemon{drivers: nil}
func (d *daemon) run(name string) {
	name = d.Path() + d.Root
	for _, each := range d.drivers { each.Open(name) }
	func() { first.run(name) }()
	local := struct{ x int }{1}
	local.x = len(name)
}
func main() {
	type pair struct{ d *daemon }
	switch v := any(first).(type) {
	case *daemon:
		v.run("x")
	}
	_ = pair{d: first}.d
}
""",
}


def table() -> dict[tuple[int, int], Used]:
    program = graph_of(TEXTS).program
    found = uses.find(program, program.packages.values())
    unit = next(u for u in found if u.path == "main.go")
    return {(pos.line, pos.col): used for pos, used in found[unit].items()}


def named(line: int, word: str) -> object:
    """What a word of main.go means: the id of a declaration, or what stands for it."""
    col = TEXTS["main.go"].splitlines()[line - 1].index(word) + 1
    match table().get((line, col)):
        case Member(owner, name):
            return f"{owner.id}.{name}"
        case PackageName(path):
            return path
        case None:
            return None
        case used:
            return used.id


def test_packages_types_variables_and_constants_are_noted() -> None:
    assert named(4, "disk") == "m/store"
    assert named(4, "Base") == "m/store.Base"
    assert named(5, "Most") == "m/store.Most"
    assert named(5, "Driver") == "m/store.Driver"
    assert named(11, "first") == "m.first"
    assert named(7, "daemon{") == "m.daemon"


def test_methods_and_fields_are_noted_promoted_ones_where_they_are_declared() -> None:
    assert named(9, "Path") == "(*m/store.Base).Path"
    assert named(9, "Root") == "m/store.Base.Root"
    assert named(10, "Open") == "m/store.Driver.Open"
    assert named(7, "drivers") == "m.daemon.drivers"


def test_closures_receivers_signatures_and_types_in_bodies_are_walked() -> None:
    assert named(8, "daemon") == "m.daemon"
    assert named(11, "run") == "(*m.daemon).run"
    assert named(16, "daemon") == "m.daemon"
    assert named(19, "run") == "(*m.daemon).run"
    assert named(21, "d:") == "m.pair.d"


def test_local_names_builtins_and_fields_without_a_declared_owner_are_not() -> None:
    assert named(9, "name") is None
    assert named(13, "x") is None
    assert named(13, "len") is None


def test_a_path_query_notes_nothing() -> None:
    graph = graph_of(TEXTS)
    graph.edges("(*m.daemon).run")

    assert graph.resolution.types.uses is None


def test_members_are_declared_where_their_name_stands() -> None:
    found = {
        str(used.name): uses.position(used) for used in table().values() if isinstance(used, Member)
    }

    assert found["Root"] == Pos(3, 20)
    assert found["Open"] == Pos(2, 25)


def test_a_member_that_is_not_spelled_out_is_declared_at_its_type() -> None:
    text = """package p
type Base struct{ n int }
type T struct { first int; *Base }
type Other T
type Same = Base
type Half struct { []int }
"""
    package = graph_of({"p.go": text}).program.packages["p"]

    def place(owner: str, name: str) -> Pos:
        return uses.position(Member(package.scope[owner], name))

    assert place("T", "Base") == Pos(3, 28)
    assert place("T", "n") == Pos(3, 6)
    assert place("Other", "n") == Pos(4, 6)


def test_an_alias_is_a_use_of_what_it_stands_for() -> None:
    graph = graph_of({"p.go": "package p\ntype T struct{}\ntype Same = T\n"})
    found = uses.find(graph.program, graph.program.packages.values())

    assert {pos for table in found.values() for pos in table} == {Pos(3, 13)}
