"""An edge: one function may hand control to another, because of this line."""

import msgspec

from tracer.golang.syntax import Pos
from tracer.golang.types.operands import Origin
from tracer.graph.dispatch import Dispatch

KINDS = (
    "direct",
    "interface",
    "funcvalue",
    "closure",
    "goroutine",
    "registry",
    "reflection",
    "http",
    "process",
    "syscall",
)
CERTAINTIES = ("certain", "one of several", "by rule")  # how an edge is known
CROSSINGS = frozenset({"registry", "reflection", "http", "process"})


class Place(msgspec.Struct, frozen=True):
    """A line of the tree."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Edge(msgspec.Struct, frozen=True):
    """Control goes from `caller` to `callee` (both in SSA notation) at `at`."""

    caller: str
    callee: str
    at: Place  # the line people mean
    site: Pos  # the call's opening parenthesis, which other tools join on
    kind: str  # one of KINDS
    order: float  # its turn among the caller's edges: run order, deferred calls last
    evidence: tuple[Place, ...] = ()  # the other end of a crossing
    key: str = ""  # what joins the two ends
    run_at: Place | None = None  # where a looked-up value runs, if not at `at`
    deferred: bool = False
    spawned: bool = False  # runs beside its caller: a goroutine or another process
    declared: str = ""  # the callee as the source has it, for dynamic calls
    origin: Origin | None = None  # where a called value comes from
    dispatch: Dispatch | None = None  # of an interface call: its implementers, and who is left out
    rule: str = ""  # the rule that an edge comes from, where no source line tells it

    @property
    def certainty(self) -> str:
        """How it is known: `certain`, `one of several` that a value can be, or joined `by rule`."""
        if self.rule or self.kind in CROSSINGS - {"reflection"}:
            return "by rule"
        several = self.declared or self.origin is not None or self.kind == "reflection"
        return "one of several" if several else "certain"

    @property
    def mode(self) -> str:
        """How it begins, as a call site has it: `call`, `go` (or another process), `defer`."""
        return "go" if self.spawned else "defer" if self.deferred else "call"
