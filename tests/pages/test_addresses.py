from conftest import graph_of

from tracer import pipeline
from tracer.graph.edges import Place
from tracer.guide import parts, walkthrough
from tracer.pipeline import Traced
from tracer.render.site import addresses
from tracer.render.site.addresses import NOT_SHOWN
from tracer.render.site.walkthroughs import Walked

TEXTS = {
    "main.go": """package main
import "os"
type Store struct{}
func main() { func() { (&Store{}).Open() }() }
func (s *Store) Open() { open() }
func open() { os.Exit(1) }
func Unseen() {}
""",
}


def assigned() -> addresses.Addresses:
    graph = graph_of(TEXTS)
    walked = walkthrough.between(graph, "main.main", "os.Exit", "tree")
    return addresses.assign(graph, [Walked(walked, parts.divide(walked, None), None)], ())


def test_functions_on_a_path_have_pages_that_differ_in_more_than_case() -> None:
    found = assigned().functions

    assert found["main.main"] == "functions/main/main.html"
    assert found["(*main.Store).Open"] == "functions/main/Store.Open.html"
    assert found["os.Exit"] == "functions/std/os/Exit.html"
    assert found["main.main$1"] == "functions/main/main_1.html"


def test_other_functions_are_where_their_source_is() -> None:
    where = assigned().where

    assert where("main.Unseen", None) == "source/main.go.html#func-Unseen"
    assert where("", Place("main.go", 4)) == "source/main.go.html#L4"
    assert where("(*os.File).Close", None) == NOT_SHOWN
    assert where("", Place("gone.go", 1)) == NOT_SHOWN


def walks(pocket: Traced) -> list[Walked]:
    walked = [pipeline.walk(pocket, story.id) for story in pocket.told]
    return [Walked(each, parts.divide(each, None), None) for each in walked]


def test_a_short_name_is_enough_where_it_is_one(pocket: Traced) -> None:
    found = addresses.assign(pocket.graph, walks(pocket), ())

    assert found.where("(*daemon.Container).Start", None) == "functions/daemon/Container.Start.html"


def test_files_that_paths_go_through_are_shown(pocket: Traced) -> None:
    along = walks(pocket)
    found = addresses.assign(pocket.graph, along, ())
    places = [step.edge.at for each in along for step in each.walkthrough.steps]

    assert [str(p) for p in places if found.where("", p) == NOT_SHOWN] == []
