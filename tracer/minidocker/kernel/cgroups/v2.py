"""Version 2: one tree for all controllers; a group hands them on to the groups below it.

Processes live in the leaves: a group that hands controllers on has no members of its own.
Not modelled: threaded groups, delegation to other users, controllers being taken by a version 1
hierarchy (here both can be looked at side by side).
"""

import errno
from collections.abc import Callable, Mapping
from functools import cached_property

from tracer.minidocker.kernel import signals
from tracer.minidocker.kernel.cgroups.cpusets import format_list, parse_list
from tracer.minidocker.kernel.cgroups.group import (
    UNLIMITED,
    Cgroup,
    ControlFile,
    parse_bytes,
    parse_number,
)
from tracer.minidocker.kernel.cgroups.members import find_member, show_members
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import File
from tracer.minidocker.kernel.processes import running_process

UNIFIED = "unified"  # the name of the hierarchy here; it has none in /proc
CONTROLLERS = ("cpuset", "cpu", "io", "memory", "pids")
NOT_AT_THE_TOP = ("cgroup.events", "cgroup.freeze", "cgroup.kill", "cgroup.type")


class Group(Cgroup):
    """A group of the one tree."""

    FROZEN_CAN_BE_KILLED = True

    def __init__(self, above: "Group | None" = None, name: str = "") -> None:
        super().__init__(UNIFIED, above, name)
        self.outer = above
        self.handed_on: tuple[str, ...] = ()  # cgroup.subtree_control
        self.texts = {"cpu.max": "max 100000", "cpu.weight": "100", "cpuset.cpus": ""}

    def beget(self, name: str) -> Cgroup:
        """Make a group below this one."""
        return Group(self, name)

    @property
    def controllers(self) -> tuple[str, ...]:
        """What the group above hands on to this one."""
        return self.outer.handed_on if self.outer else CONTROLLERS

    def files(self) -> Mapping[str, File]:
        """Return the files: those of a controller come and go with it."""
        if self.outer is None:
            return {
                name: file
                for name, file in self._files.items()
                if name.startswith("cgroup.") and name not in NOT_AT_THE_TOP
            }
        return {
            name: file
            for name, file in self._files.items()
            if name.partition(".")[0] in ("cgroup", *self.controllers)
        }

    @cached_property
    def _files(self) -> dict[str, File]:
        return {
            **self._common_files(),
            **{name: self._text_file(name) for name in self.texts},
            **self._memory_files(),
            **self._pids_files(),
        }

    def _common_files(self) -> dict[str, File]:
        def names(listed: Callable[[], tuple[str, ...]]) -> Callable[[], str]:
            return lambda: " ".join(listed()) + "\n"

        return {
            "cgroup.controllers": ControlFile(self, names(lambda: self.controllers)),
            "cgroup.events": ControlFile(self, self._show_events),
            "cgroup.freeze": ControlFile(
                self, lambda: f"{int(self.values.frozen)}\n", self._freeze
            ),
            "cgroup.kill": ControlFile(self, None, self._kill),
            "cgroup.procs": ControlFile(self, lambda: show_members(self), self._attach),
            "cgroup.subtree_control": ControlFile(
                self, names(lambda: self.handed_on), self._hand_on
            ),
            "cgroup.type": ControlFile(self, lambda: "domain\n"),
        }

    def _show_events(self) -> str:
        return f"populated {int(self.population() > 0)}\nfrozen {int(self.frozen)}\n"

    def _attach(self, text: str) -> None:
        process = find_member(text)
        if self.outer and self.handed_on:
            raise KernelError(errno.EBUSY)
        process.join(self)

    def _freeze(self, text: str) -> None:
        self.values.frozen = parse_number(text, most=1) == 1
        running_process().thaw()

    def _kill(self, text: str) -> None:
        parse_number(text, least=1, most=1)
        system = running_process().system
        for pid in sorted(pid for group in self.groups() for pid in group.members):
            signals.send(system.processes[pid], signals.Signal.SIGKILL, None)

    def _hand_on(self, text: str) -> None:
        changes = text.split()
        if any(each[:1] not in ("+", "-") or each[1:] not in CONTROLLERS for each in changes):
            raise KernelError(errno.EINVAL)
        wanted = {*self.handed_on} | {each[1:] for each in changes if each[0] == "+"}
        wanted -= {each[1:] for each in changes if each[0] == "-"}
        if not wanted <= {*self.controllers}:
            raise KernelError(errno.ENOENT)
        below = [each for each in self.entries.values() if isinstance(each, Group)]
        if any(not {*each.handed_on} <= wanted for each in below):
            raise KernelError(errno.EBUSY)
        if self.outer and self.members and wanted:
            raise KernelError(errno.EBUSY)
        self.handed_on = tuple(each for each in CONTROLLERS if each in wanted)

    def _text_file(self, name: str) -> File:
        parse = {"cpu.max": _parse_quota, "cpu.weight": _parse_weight, "cpuset.cpus": _parse_cpus}

        def order(text: str) -> None:
            self.texts[name] = parse[name](text)

        return ControlFile(self, lambda: f"{self.texts[name]}\n", order)

    def _memory_files(self) -> dict[str, File]:
        memory = self.values.memory

        def events() -> str:
            return f"max {memory.failures}\noom {memory.kills}\noom_kill {memory.kills}\n"

        return {
            "memory.current": ControlFile(self, lambda: f"{memory.usage}\n"),
            "memory.events": ControlFile(self, events),
            "memory.max": ControlFile(
                self, lambda: f"{_show_limit(memory.limit)}\n", self._limit_memory
            ),
        }

    def _limit_memory(self, text: str) -> None:
        self.values.memory.limit = UNLIMITED if text == "max" else parse_bytes(text)

    def _pids_files(self) -> dict[str, File]:
        def limit(text: str) -> None:
            self.values.most_processes = UNLIMITED if text == "max" else parse_number(text)

        return {
            "pids.current": ControlFile(self, lambda: f"{self.population()}\n"),
            "pids.events": ControlFile(self, lambda: f"max {self.values.refused_forks}\n"),
            "pids.max": ControlFile(
                self, lambda: f"{_show_limit(self.values.most_processes)}\n", limit
            ),
        }


def _show_limit(limit: int) -> str:
    return "max" if limit == UNLIMITED else str(limit)


def _parse_weight(text: str) -> str:
    return str(parse_number(text, least=1, most=10000))


def _parse_cpus(text: str) -> str:
    return format_list(parse_list(text))


def _parse_quota(text: str) -> str:
    quota, _, period = text.partition(" ")
    if quota != "max":
        parse_number(quota, least=1000)
    return f"{quota} {parse_number(period or '100000', least=1000, most=1000000)}"
