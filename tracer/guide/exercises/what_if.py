"""K12: change a flag, and say what will be different. Both runs are made, and compared.

A change of the command is a row of `FLAGS`; what can be observed is a row of `SEEN`, a value looked
up in a recording. The right options are those whose value differs between the two runs.
"""

from collections.abc import Callable
from functools import cache

from tracer.guide.exercises import tried
from tracer.guide.exercises.item import Item, Several
from tracer.guide.exercises.lesson import Lesson, chooser, shuffled
from tracer.minidocker.machine import Machine
from tracer.minidocker.recording.model import Recording, Value
from tracer.minidocker.scenarios import SCENARIOS

OPTIONS = 5
FLAGS = (
    "--net none",
    "--privileged",
    "-u daemon",
    "-h box",
    "-m 67108864",
    "--cap-drop NET_RAW",
    "-w /tmp",
    "--cap-add SYS_ADMIN",
    "--net host",
)


def _values(section: str, *last: str) -> Callable[[Recording], list[Value]]:
    """What was ever set at the places of a section that end in a name, in order."""

    def look(recording: Recording) -> list[Value]:
        return [
            change.after
            for change in recording.changes
            if change.path[0] == section and (not last or change.path[-1] in last)
        ]

    return look


SEEN: dict[str, Callable[[Recording], object]] = {
    "what the command prints": lambda recording: recording.output,
    "its exit status": lambda recording: recording.exit_code,
    "the number of capabilities that the program keeps": _values("processes", "capabilities"),
    "the user that the program runs as": _values("processes", "uid"),
    "the hostname in the container": _values("hosts"),
    "the interfaces that are made": lambda recording: [
        [*change.path[1:]]
        for change in recording.changes
        if change.path[0] == "network" and "interfaces" in change.path
    ],
    "the memory limit of the container's cgroup": _values("cgroups", "memory.limit_in_bytes"),
    "the devices that the container may use": _values("cgroups", "devices.list"),
    "the mounts that become read-only": _values("mounts", "read_only"),
    "the namespaces that the child is cloned into": lambda recording: [
        call.arguments.partition(",")[0] for call in recording.calls if call.name == "clone"
    ],
}


def what_if(lesson: Lesson, number: int, seed: str) -> Item | None:
    """Ask what a flag changes."""
    if lesson.compared is None:
        return None
    chance = chooser(seed, lesson.id, "K12", number)
    for flag in shuffled(flags(lesson.id)[number::2], chance):
        item = _asked(lesson, flag, number, seed)
        if item is not None:
            return item
    return None


def varied(command: str, flag: str) -> str:
    """A command with a flag put in."""
    for verb in ("docker run ", "docker create "):
        if command.startswith(verb):
            return command.replace(verb, f"{verb}{flag} ", 1)
    return command


@cache
def variant(path: str, flag: str) -> Recording | None:
    """Run the scenario of a path with a flag; None where the little Docker does not know it."""
    scenario = SCENARIOS[path]
    machine = Machine()
    try:
        for command in scenario.before:
            machine.run(varied(command, flag))
        return machine.record(*(varied(each, flag) for each in scenario.commands))
    except (RuntimeError, ValueError):
        return None
    finally:
        machine.switch_off()


def run(lesson: Lesson, flag: str) -> tuple[str, ...] | None:
    """Run with a flag, and name what it changes; None where the command ends otherwise."""
    assert lesson.compared is not None
    base, other = lesson.compared.recording, variant(lesson.id, flag)
    if other is None or other.exit_code != base.exit_code:
        return None
    return tuple(name for name, look in SEEN.items() if look(base) != look(other))


def flags(path: str) -> list[str]:
    """The flags that can be put into the command of a path."""
    scenario = SCENARIOS[path]
    return [
        flag
        for flag in FLAGS
        if any(varied(each, flag) != each for each in scenario.commands)
        and not any(flag.split()[0] in each.split() for each in scenario.commands)
    ]


def _asked(lesson: Lesson, flag: str, number: int, seed: str) -> Item | None:
    chance = chooser(seed, lesson.id, "K12", number, flag)
    assert lesson.compared is not None
    known = tried.flags()
    different = known[key] if (key := (lesson.id, flag)) in known else run(lesson, flag)
    if not different:
        return None
    same = [name for name in SEEN if name not in different]
    if not same:
        return None
    chosen = chance.sample(different, min(len(different), 3))
    chosen += chance.sample(same, min(len(same), OPTIONS - len(chosen)))
    options = shuffled(chosen, chance)
    right = tuple(n for n, name in enumerate(options) if name in different)
    command = " && ".join(lesson.compared.recording.commands)
    return Item(
        f"{lesson.id}.K12.{number + 1}",
        "K12",
        lesson.id,
        0,
        f"We run `{command}` again with `{flag}`. What is different? Give all that is.",
        "",
        Several(tuple(options), right),
        f"Both were run: with `{flag}`, this differs: {', '.join(options[n] for n in right)}.",
        (
            "Think of which half of the configuration the flag belongs to: Config or HostConfig.",
            f"{len(right)} of them differ{'s' * (len(right) == 1)}.",
            f"One of them is {options[right[0]]}.",
        ),
    )
