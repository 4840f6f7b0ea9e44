from conftest import graph_of

from tracer.graph.callgraph import CallGraph
from tracer.render.site import addresses, listing, sources
from tracer.render.site.listing import Listings

TEXTS = {
    "go.mod": "module m\n",
    "a/a.go": """package a

import "m/b"

/* two
lines */
func Start(s *b.Server) { s.Run(b.Most) }
func init() {}
func init() {}
""",
    "b/b.go": """package b

const Most = 1 < 2

type Server struct{}

func (*Server) Run(bool) {}
""",
    "b/other.go": "// +build windows\n\npackage b\n\nfunc (s *Server) Stop() {}\n",
    "b/b_test.go": "package b\n",
}


def prepared(graph: CallGraph) -> Listings:
    return listing.prepare(graph, addresses.assign(graph, (), ()))


def lines(file: str) -> list[str]:
    listings = prepared(graph_of(TEXTS))
    shown = listings.lines(file, 1, listings.length(file), lambda there: f"/{there}", ids=True)
    return str(shown).split("\n</span>")[:-1]


def test_every_name_that_resolves_is_a_link_to_its_declaration() -> None:
    start = lines("a/a.go")[6]

    assert (
        '<a href="/source/b/index.html">b</a>.<a href="/source/b/b.go.html#L5">Server</a>' in start
    )
    assert '<a href="/source/b/b.go.html#func-Server.Run" class="f">Run</a>' in start
    assert '<a href="/source/b/b.go.html#L3">Most</a>' in start


def test_an_import_path_leads_to_the_folder_of_its_package() -> None:
    assert '<a href="/source/b/index.html" class="s">"m/b"</a>' in lines("a/a.go")[2]


def test_lines_and_functions_have_anchors_of_several_init_the_first() -> None:
    shown = lines("a/a.go")

    assert shown[6].startswith('<span class="l" id="L7"><i>7</i>')
    assert 'id="func-Start"' in shown[6]
    assert ['id="func-init"' in each for each in shown[7:9]] == [True, False]


def test_a_comment_of_two_lines_is_marked_on_both_and_less_than_is_escaped() -> None:
    shown = lines("a/a.go")

    assert shown[4].endswith('<span class="c">/* two</span>')
    assert shown[5].endswith('<span class="c">lines */</span>')
    assert "1</span> &lt; " in lines("b/b.go")[2]


def test_a_file_that_is_not_built_is_shown_with_its_functions() -> None:
    listings = prepared(graph_of(TEXTS))

    assert [each.name for each in sources.outline(listings, "b/other.go")] == ["(*Server).Stop"]
    assert 'id="func-Server.Stop"' in lines("b/other.go")[4]


def test_tests_are_not_shown() -> None:
    assert "b/b_test.go" not in addresses.assign(graph_of(TEXTS), (), ()).files
