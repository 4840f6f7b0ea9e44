"""A package is resolved again where what its bodies rest on is another, and only there."""

import random
import re
from collections.abc import Iterable

import pytest
from conftest import graph_of

from tracer.golang.declarations import Program
from tracer.golang.digests import digests
from tracer.golang.types import outlines
from tracer.golang.types.outlines import Outline
from tracer.graph.callgraph import CallGraph
from tracer.pipeline import Traced

Texts = dict[str, str]
TREE = {
    "go.mod": "module m\n\ngo 1.21\n",
    "low/low.go": """package low
type Base struct{ N int }
func (b Base) Touch() {}
type Alias = Base
const (
	One Kind = iota
	Two
)
type Kind int
func Make() *Base { return nil }
func Other() int { return 0 }
var Value = Make()
type Pair[T any] struct{ Left T }
""",
    "mid/mid.go": """package mid
import "m/low"
type Wrap struct{ *low.Base }
func New() Wrap { return Wrap{low.Make()} }
func Count() int { return low.Other() }
""",
    "top/top.go": 'package top\nimport "m/mid"\nfunc Top() { mid.New().Touch() }\n',
    "count/count.go": 'package count\nimport "m/mid"\nfunc Total() int { return mid.Count() }\n',
}


def unmoved(before: Program, after: Program) -> tuple[set[str], set[str]]:
    """The packages that another tree leaves as they are: by their digests, by their outlines."""
    old, new = digests(before), digests(after)
    equal = {path for path in new if path in old and old[path].whole == new[path].whole}
    known: dict[str, Outline | None] = {
        path: outlines.outline(before, before.packages[path]) for path in old if path not in equal
    }
    return equal, outlines.unmoved(after, {p: d.own for p, d in new.items()}, equal, known)


def moved(tree: Texts, changes: Texts) -> set[str]:
    """The packages that are resolved again once some files of a tree are others."""
    before, after = graph_of(tree), graph_of(tree | changes)
    equal, same = unmoved(before.program, after.program)
    assert not equal & same
    is_same(before, after, equal | same)
    return {path.removeprefix("m/") for path in after.program.packages.keys() - equal - same}


def is_same(before: CallGraph, after: CallGraph, paths: Iterable[str]) -> None:
    """Some packages are resolved alike in two trees."""
    for path in paths:
        assert before.resolution.write(path) == after.resolution.write(path), path


def edited(file: str, old: str, new: str) -> Texts:
    assert old in TREE[file]
    return {file: TREE[file].replace(old, new)}


def test_another_body_moves_its_own_package_only() -> None:
    assert moved(TREE, edited("low/low.go", "return nil", "return &Base{}")) == {"low"}


def test_another_place_moves_its_own_package_only() -> None:
    assert moved(TREE, edited("low/low.go", "type Base", "// Base is a base.\n\ntype Base")) == {
        "low"
    }


def test_what_is_named_by_nobody_moves_its_own_package_only() -> None:
    assert moved(TREE, edited("low/low.go", "type Kind int", "type Kind uint")) == {"low"}


def test_a_result_moves_those_that_call_it() -> None:
    change = edited("low/low.go", "func Other() int", "func Other() uint")
    assert moved(TREE, change) == {"low", "mid"}


def test_a_type_moves_those_that_have_it_from_others() -> None:
    # `top` writes neither `low` nor `Base`: it has one in what `mid.New` gives.
    assert moved(TREE, edited("low/low.go", "N int", "N uint")) == {"low", "mid", "top"}


def test_a_method_belongs_to_its_type() -> None:
    change = {"low/more.go": "package low\nfunc (b *Base) Close() {}\n"}
    assert moved(TREE, change) == {"low", "mid", "top"}


def test_an_alias_and_what_it_stands_for() -> None:
    tree = TREE | {"mid/mid.go": TREE["mid/mid.go"].replace("*low.Base", "*low.Alias")}
    assert moved(tree, edited("low/low.go", "N int", "N uint")) == {"low", "mid", "top"}
    assert moved(tree, edited("low/low.go", "Alias = Base", "Alias = Kind")) == {
        *("low", "mid", "top"),
    }


def test_a_constant_that_repeats_the_one_above() -> None:
    tree = TREE | {"two/two.go": 'package two\nimport "m/low"\nvar T = low.Two\n'}
    assert moved(tree, edited("low/low.go", "One Kind = iota", "One Base = iota")) == {
        *("low", "two"),
    }
    assert moved(tree, edited("low/low.go", "Kind int", "Kind uint")) == {"low", "two"}


def test_a_variable_whose_type_is_what_a_function_gives() -> None:
    tree = TREE | {"value/v.go": 'package value\nimport "m/low"\nfunc V() { low.Value.Touch() }\n'}
    assert "value" in moved(tree, edited("low/low.go", "Make() *Base", "Make() *Kind"))


def test_a_type_parameter() -> None:
    tree = TREE | {
        "pair/p.go": 'package pair\nimport "m/low"\nfunc P(p low.Pair[int]) { _ = p.Left }\n'
    }
    assert moved(tree, edited("low/low.go", "Left T", "Left []T")) == {"low", "pair"}
    assert moved(tree, edited("low/low.go", "Pair[T any]", "Pair[T ~int]")) == {"low", "pair"}


def test_a_package_whose_names_are_taken_in() -> None:
    tree = TREE | {"dot/dot.go": 'package dot\nimport . "m/low"\nfunc D() { Other(); Later() }\n'}
    assert moved(tree, edited("low/low.go", "func Other() int", "func Other() uint")) == {
        *("low", "mid", "dot"),
    }
    assert moved(tree, {"low/more.go": "package low\nfunc Later() {}\n"}) == {"low", "dot"}


def test_a_declaration_that_names_what_is_taken_in() -> None:
    tree = TREE | {
        "dot/dot.go": 'package dot\nimport . "m/low"\nfunc D() (k Kind) { return }\n',
        "user/user.go": 'package user\nimport "m/dot"\nfunc U() { _ = dot.D() }\n',
    }
    assert moved(tree, edited("low/low.go", "Kind int", "Kind uint")) == {"low", "dot", "user"}


def test_a_declaration_moves_those_that_name_what_names_it() -> None:
    chain = "package chain\nfunc Make() (a A) { return }\ntype A struct{ B }\ntype B struct{ C }\n"
    tree = TREE | {
        "chain/c.go": chain + "type C struct{ N int }\n",
        "user/user.go": 'package user\nimport "m/chain"\nvar N = chain.Make().N\n',
    }
    assert moved(tree, {"chain/c.go": chain + "type C struct{ N uint }\n"}) == {"chain", "user"}


def test_a_name_that_appears_moves_those_that_wrote_it_before() -> None:
    tree = TREE | {"new/n.go": 'package new\nimport "m/low"\nfunc N() { low.Later() }\n'}
    assert moved(tree, {"low/more.go": "package low\nfunc Later() {}\n"}) == {"low", "new"}


def test_a_name_that_is_gone_moves_those_that_write_it() -> None:
    assert moved(TREE, edited("low/low.go", "func Other() int { return 0 }\n", "")) == {
        *("low", "mid"),
    }


def test_a_name_with_a_comment_before_it() -> None:
    tree = TREE | {"far/f.go": 'package far\nimport "m/low"\nfunc F() { low. /* x */\nOther() }\n'}
    assert moved(tree, edited("low/low.go", "Other() int", "Other() uint")) == {
        *("low", "mid", "far"),
    }


def test_another_import_under_one_name() -> None:
    # The text of `Wrap` is the same; what it embeds is another.
    tree = TREE | {"low2/low.go": "package low\ntype Base struct{}\nfunc Make() *Base\n"}
    change = edited("mid/mid.go", '"m/low"', 'low "m/low2"')
    assert moved(tree, change) == {"mid", "top"}


def test_a_file_with_another_import_moves_what_names_it_only() -> None:
    change = edited("mid/mid.go", 'import "m/low"', 'import "m/low"\nimport "fmt"')
    assert moved(TREE, change) == {"mid"}


def test_a_package_that_appears_or_is_gone() -> None:
    tree = TREE | {"wait/w.go": 'package wait\nimport "m/late"\nfunc W() { late.Come() }\n'}
    late = {"late/late.go": "package late\nfunc Come() {}\n"}
    assert moved(tree, late) == {"late", "wait"}
    before, after = graph_of(tree | late), graph_of(tree)
    equal, same = unmoved(before.program, after.program)
    assert "m/wait" not in equal | same
    assert {"m/low", "m/mid", "m/top"} <= equal | same


def test_a_package_that_is_called_otherwise() -> None:
    assert moved(TREE, edited("low/low.go", "package low", "package below")) == {
        *("low", "mid", "top"),
    }


def test_a_package_that_moves_into_another_folder() -> None:
    files = {"vendor/src/x/x.go": "package x\nfunc X() int\n"}
    user = {"user/u.go": 'package user\nimport "x"\nfunc U() { x.X() }\n'}
    before = graph_of(TREE | user | files)
    after = graph_of(TREE | user | {"vendor/x/x.go": files["vendor/src/x/x.go"]})
    equal, same = unmoved(before.program, after.program)
    assert after.program.packages.keys() - equal - same == {"x", "m/user"}


def test_nothing_is_said_of_packages_that_import_one_another() -> None:
    circle = {"low/low.go": TREE["low/low.go"] + 'import "m/mid"\n'}
    before, after = graph_of(TREE | circle), graph_of(TREE | circle)
    equal, same = unmoved(before.program, after.program)
    assert equal | same == set()


def test_what_is_not_known_of_a_package_counts_as_moved() -> None:
    before = graph_of(TREE)
    after = graph_of(TREE | edited("low/low.go", "return nil", "return &Base{}"))
    own = {path: digest.own for path, digest in digests(after.program).items()}
    known: dict[str, Outline | None] = {
        path: outlines.outline(before.program, before.program.packages[path])
        for path in ("m/mid", "m/top", "m/count")
    }
    found = outlines.unmoved(after.program, own, set(), {**known, "m/low": None})
    assert found == {"m/count"}  # it names what names `low` in its body alone


@pytest.fixture(scope="module")
def texts(pocket: Traced) -> Texts:
    files = pocket.graph.program.tree.files
    return {path: file.content.decode() for path, file in files.items()}


WORD = re.compile(r"\b[A-Za-z]\w{3,}\b")


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_edited_the_unmoved_ones_are_resolved_alike(
    pocket: Traced, texts: Texts, seed: int
) -> None:
    chance = random.Random(seed)
    path = chance.choice(sorted(texts))
    old, new = chance.choices(sorted(set(WORD.findall(texts[path]))), k=2)
    lines = texts[path].splitlines(keepends=True)
    at = chance.randrange(len(lines))
    changed = chance.choice(
        (
            re.sub(rf"\b{old}\b", new, texts[path]),
            re.sub(rf"\b{old}\b", f"{old}X", texts[path]),
            "".join(lines[:at] + lines[at + 1 :]),
            "".join([*lines[:at], chance.choice(lines), *lines[at:]]),
        )
    )
    after = graph_of(texts | {path: changed}, *pocket.graph.program.configuration.tags)
    equal, same = unmoved(pocket.graph.program, after.program)
    assert equal | same
    is_same(pocket.graph, after, sorted(same))
