"""Which process of a walkthrough runs each step: the client, the daemon, a child.

Control changes process over HTTP, which the daemon answers, and where a process is started. All
else stays with the caller.
"""

import posixpath

from tracer.golang import names
from tracer.guide.walkthrough import Step, Walkthrough

CLIENT, DAEMON = "client", "daemon"


def actors(walkthrough: Walkthrough) -> dict[int, str]:
    """Name the process that runs each step, by the step's number."""
    here = CLIENT if walkthrough.start_layer == CLIENT else DAEMON
    homes, found = {walkthrough.start: here}, dict[int, str]()
    for step in walkthrough.steps:
        here = _actor(step, homes.get(step.edge.caller, here))
        homes[step.edge.callee] = found[step.number] = here
    return found


def _actor(step: Step, caller: str) -> str:
    if step.edge.kind == "http":
        return DAEMON
    if step.edge.kind != "process":
        return caller
    started = names.package_path(step.edge.callee).rpartition("/")[2]
    return started if started == "dockerinit" else posixpath.basename(step.edge.key) or started
