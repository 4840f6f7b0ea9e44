"""What Docker's own code says about its interfaces, gathered over several build configurations.

Everything is kept by name, so that the facts of one configuration join those of another.  Terms:
an *own operation* is a method that an owned interface declares, in the interface or in one it
embeds; an *effect* is an operation that returns nothing, or only an error, or an error for what it
was given; a *hook* takes a function of a named type; a *wrapper* is a struct that embeds an
interface; a *use* is a call of an operation on a value of interface type.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from tracer.golang import constraints
from tracer.golang import syntax as go
from tracer.golang.types.operands import Origin
from tracer.graph.edges import Place
from tracer.graph.families.sequence import Turn


class Operation(msgspec.Struct, frozen=True):
    """A method that an owned interface declares."""

    name: str
    holder: str  # the interface that declares it
    effect: bool
    weak: bool  # returns nothing, or an error in any way
    hook: bool
    parameters: int


class Interface(msgspec.Struct, frozen=True, eq=False):
    """An owned interface."""

    id: str
    place: Place
    package: str
    operations: dict[str, Operation]  # its own ones
    methods: frozenset[str]  # all that it asks for
    bases: tuple[str, ...]  # the owned interfaces that it embeds, however deep


class Struct(msgspec.Struct, frozen=True, eq=False):
    """An owned struct type."""

    id: str
    place: Place
    build: str  # the constraint of its file
    embeds: frozenset[str]  # interfaces
    fields: dict[str, str]  # name → type as text


class Use(msgspec.Struct, frozen=True):
    """A call of an operation on a value of interface type."""

    interface: str  # the receiver's static type
    operation: str
    function: str  # the declared function around it
    caller: str  # that function, or the closure in it
    at: Place
    turn: Turn
    origin: Origin | None  # of the receiver
    is_element: bool = False  # the receiver is one of several, in a loop over them
    table: str = ""  # the package variable whose elements are looped over


class Conversion(msgspec.Struct, frozen=True, order=True):
    """A value of one type becomes one of an interface type."""

    interface: str
    type_: str
    function: str
    at: Place
    asserted: bool
    result: bool  # of a function that gives the interface back


class Table(msgspec.Struct, frozen=True):
    """A map from a name to values of an interface, or to functions that make them."""

    id: str  # of the variable, or type and field
    holds: str  # the interface; empty where it holds functions of another kind
    form: str  # value, constructor, record or function
    at: Place


class Write(msgspec.Struct, frozen=True):
    """An element is put into a table."""

    table: str
    function: str
    at: Place
    given: bool  # the value comes from outside: a parameter


class Body(msgspec.Struct, frozen=True):
    """A declared function with a body."""

    id: str
    place: Place
    receiver: str  # id of the receiver's base type
    build: str
    results: tuple[str, ...]
    syntax: go.Body

    @property
    def statements(self) -> int:
        """How many it has, those inside others not counted."""
        return len(self.syntax.block.statements)


@dataclass(eq=False, repr=False)
class Facts:
    """All facts, by name."""

    interfaces: dict[str, Interface] = field(default_factory=dict)
    structs: dict[str, Struct] = field(default_factory=dict)
    bodies: dict[str, list[Body]] = field(default_factory=lambda: defaultdict(list))
    uses: dict[str, list[Use]] = field(default_factory=lambda: defaultdict(list))
    conversions: dict[str, set[Conversion]] = field(default_factory=lambda: defaultdict(set))
    assertions: dict[str, set[Conversion]] = field(default_factory=lambda: defaultdict(set))
    tables: dict[str, Table] = field(default_factory=dict)
    writes: dict[str, set[Write]] = field(default_factory=lambda: defaultdict(set))
    returns: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    types: dict[str, tuple[Place, str]] = field(default_factory=dict)  # place and constraint
    doubles: set[str] = field(default_factory=set)

    @cached_property
    def giving(self) -> dict[str, list[str]]:
        """Interface → the functions that give back what others gave them, and are declared so."""
        found: dict[str, list[str]] = defaultdict(list)
        for function in self.returns:
            declared = (r for body in self.bodies.get(function, ()) for r in body.results)
            for result in dict.fromkeys(declared):
                found[result].append(function)
        return found

    @cached_property
    def declared(self) -> Counter[str]:
        """Type → how many functions are declared to give it back."""
        first = (body for bodies in self.bodies.values() for body in bodies[:1])
        return Counter(result for body in first for result in {*body.results})

    @cached_property
    def embedding(self) -> dict[str, set[str]]:
        """Interface → the structs that embed it."""
        found: dict[str, set[str]] = defaultdict(set)
        for struct in self.structs.values():
            for interface in struct.embeds:
                found[interface].add(struct.id)
        return found


def describe(file: str, content: bytes) -> str:
    """The build constraint of a file as a person reads it."""
    return constraints.describe(file.rpartition("/")[2], content)
