from msgspec.structs import replace

from tracer import pipeline
from tracer.graph import classes
from tracer.graph.edges import Place
from tracer.graph.patterns.pattern import PatternMatch, TemplateFunction
from tracer.graph.views import View
from tracer.pipeline import Traced
from tracer.render import picture

TEMPLATE = PatternMatch(
    "template-method",
    "m/store.Store",
    ("Close", "Open"),
    (TemplateFunction("(*m/store.Daemon).keepAll", ("Open", "Open", "Close")),),
    ("m/store/disk.Driver", "m/store/tape.Driver"),
    ("factory",),
    ("optional-hook",),
    (Place("store/store.go", 3),),
    (("m/store/tape.Driver", "linux"),),
)
FACTORY = replace(
    TEMPLATE, pattern="factory", template_functions=(TemplateFunction("m/store.New", ()),)
)


def links(view: View) -> list[tuple[str, str, str]]:
    return [(k.source, k.kind, k.target) for k in view.links]


def test_a_template_method_has_its_sequence_its_operations_and_its_implementers() -> None:
    found = classes.pattern(TEMPLATE)

    assert [n.label for n in found.nodes] == [
        "(*store.Daemon).keepAll\n1 Open\n2 Open\n3 Close",
        "store.Store\nClose\nOpen",
        "disk.Driver",
        "tape.Driver\n+build linux",
    ]
    assert links(found) == [
        ("m/store/disk.Driver", "implements", "m/store.Store"),
        ("m/store/tape.Driver", "implements", "m/store.Store"),
        ("(*m/store.Daemon).keepAll", "uses", "m/store.Store"),
    ]
    assert found.note == "Chosen by factory. Variants: optional-hook."


def test_a_factory_beside_it_tells_who_creates_the_implementers() -> None:
    found = classes.pattern(TEMPLATE, [FACTORY])

    assert links(found)[-1] == ("m/store.New", "creates", "m/store.Store")


def test_a_decorator_wraps_what_it_implements() -> None:
    match = PatternMatch(
        "decorator",
        "p.I",
        ("Do",),
        (TemplateFunction("(p.Logged).Do", ("Do",)),),
        ("p.Logged",),
        ("none",),
        (),
        (),
    )
    found = classes.pattern(match)

    assert [n.label for n in found.nodes] == ["p.I\nDo", "p.Logged\nDo → Do"]
    assert links(found) == [("p.Logged", "implements", "p.I"), ("p.Logged", "wraps", "p.I")]


def test_an_adapter_hands_on_to_the_type_that_it_adapts() -> None:
    match = PatternMatch(
        "adapter",
        "p.I",
        ("Do",),
        (TemplateFunction("(p.Adapter).Do", ("(q.Old).Perform",)),),
        ("p.Adapter",),
        ("none",),
        (),
        (),
    )

    assert links(classes.pattern(match)) == [
        ("p.Adapter", "implements", "p.I"),
        ("p.Adapter", "adapts", "q.Old"),
    ]


def test_an_interface_with_a_pattern_is_seen_with_its_roles(pocket: Traced) -> None:
    found = pipeline.view(pocket, "execdriver.Driver", 1)

    assert found.title == "execdriver.Driver: template-method"
    assert {n.label.partition("\n")[0] for n in found.nodes} == {
        *("(*daemon.containerMonitor).Start", "execdriver.Driver", "lxc.driver", "native.driver"),
        *("(*daemon.Daemon).register", "execdrivers.NewDriver"),
    }


def test_an_interface_without_a_pattern_is_seen_with_its_implementers(pocket: Traced) -> None:
    interface = next(
        i for i in pocket.graph.interfaces.interfaces if i.declared.id.endswith("execdriver.Driver")
    )
    found = classes.implementers(pocket.graph, interface)

    assert [n.label.partition("\n")[0] for n in found.nodes] == [
        *("execdriver.Driver", "lxc.driver", "native.driver")
    ]
    assert {k.kind for k in found.links} == {"implements"}


def test_every_pattern_of_the_pocket_tree_can_be_drawn(pocket: Traced) -> None:
    found = pipeline.find_patterns(pocket)

    assert [m.names for m in found if "</svg>" not in picture.svg(classes.pattern(m))] == []
