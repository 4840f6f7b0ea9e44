"""Version 1, as in 2014: a hierarchy of groups for each controller.

Memory counts for all groups above too (`memory.use_hierarchy`), as later kernels always do.
Not modelled: the program called on release; what shares, quotas and weights do; swap; charges that
move with a process.
"""

import errno
from collections.abc import Callable, Mapping
from functools import cached_property, partial

from tracer.minidocker.kernel.cgroups.cpusets import Cpuset
from tracer.minidocker.kernel.cgroups.devices import DeviceGroup, Devices
from tracer.minidocker.kernel.cgroups.group import (
    UNLIMITED,
    Cgroup,
    ControlFile,
    parse_bytes,
    parse_number,
)
from tracer.minidocker.kernel.cgroups.members import find_member, show_members
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import File, Inode
from tracer.minidocker.kernel.processes import running_process

Parse = Callable[[str], int]


def _between(least: int, most: int) -> Parse:
    return partial(parse_number, least=least, most=most)


def _shares(text: str) -> int:
    return min(max(parse_number(text), 2), 2**18)


def _quota(text: str) -> int:
    quota = parse_number(text, least=-UNLIMITED)
    if 0 <= quota < 1000:  # noqa: PLR2004  # microseconds
        raise KernelError(errno.EINVAL)
    return max(quota, -1)


# Files that only keep a number: what a new group has, and what may be written.
NUMBERS: dict[str, dict[str, tuple[int, Parse]]] = {
    "blkio": {"blkio.weight": (500, _between(10, 1000))},
    "cpu": {
        "cpu.cfs_period_us": (100000, _between(1000, 1000000)),
        "cpu.cfs_quota_us": (-1, _quota),
        "cpu.shares": (1024, _shares),
    },
    "memory": {
        "memory.swappiness": (60, _between(0, 100)),
        "memory.use_hierarchy": (1, _between(1, 1)),
    },
}
FIXED = {
    "blkio": {"blkio.io_service_bytes": "Total 0\n", "blkio.io_serviced": "Total 0\n"},
    "cpu": {
        "cpu.stat": "nr_periods 0\nnr_throttled 0\nthrottled_time 0\n",
        "cpuacct.stat": "user 0\nsystem 0\n",
        "cpuacct.usage": "0\n",
    },
}
HIERARCHIES = {
    "blkio": "blkio",
    "cpu": "cpu,cpuacct",
    "cpuset": "cpuset",
    "devices": "devices",
    "freezer": "freezer",
    "memory": "memory",
}  # hierarchy -> its controllers, as mounted together


class Group(DeviceGroup):
    """A group of one hierarchy."""

    def __init__(self, subsystem: str, above: "Group | None" = None, name: str = "") -> None:
        super().__init__(subsystem, above, name)
        self.devices: Devices = Devices(self, above.devices if above else None)
        self.cpuset: Cpuset = Cpuset(self, above.cpuset if above else None)
        self.notifies: int = above.notifies if above else 0
        self.numbers = {name: new for name, (new, _) in NUMBERS.get(subsystem, {}).items()}

    def insert(self, name: str, inode: Inode) -> None:
        """Rename a group below this one; nothing else can be put here."""
        if not isinstance(inode, Group):
            super().insert(name, inode)
            return
        if inode.above is not self:
            raise KernelError(errno.EIO)
        del self.entries[inode.name]
        self.entries[name] = inode
        inode.name = name

    def beget(self, name: str) -> Cgroup:
        """Make a group below this one."""
        return Group(self.subsystem, self, name)

    def files(self) -> Mapping[str, File]:
        """Return the files, which never change."""
        return self._files

    @cached_property
    def _files(self) -> dict[str, File]:
        own = {
            "blkio": dict,
            "cpu": dict,
            "cpuset": self._cpuset_files,
            "devices": self._device_files,
            "freezer": self._freezer_files,
            "memory": self._memory_files,
        }
        return {**self._common_files(), **self._number_files(), **own[self.subsystem]()}

    def _common_files(self) -> dict[str, File]:
        attach, show = self._attach, partial(show_members, self)
        clones = ControlFile(self, lambda: f"{int(self.cpuset.clones)}\n", self.cpuset.order_clones)
        notify = ControlFile(self, lambda: f"{self.notifies}\n", self._set_notifies)
        return {
            "cgroup.clone_children": clones,
            "cgroup.procs": ControlFile(self, show, attach),
            "notify_on_release": notify,
            "tasks": ControlFile(self, show, attach),
        }

    def _attach(self, text: str) -> None:
        process = find_member(text)
        if self.subsystem == "cpuset":
            self.cpuset.check_attach()
        process.join(self)

    def _set_notifies(self, text: str) -> None:
        self.notifies = int(parse_number(text) != 0)

    def _number_files(self) -> dict[str, File]:
        def number(name: str) -> File:
            return ControlFile(self, lambda: f"{self.numbers[name]}\n", lambda t: order(name, t))

        def order(name: str, text: str) -> None:
            self.numbers[name] = NUMBERS[self.subsystem][name][1](text)

        fixed = FIXED.get(self.subsystem, {})
        files: dict[str, File] = {name: number(name) for name in self.numbers}
        return files | {name: ControlFile(self, partial(str, text)) for name, text in fixed.items()}

    def _cpuset_files(self) -> dict[str, File]:
        return {
            f"cpuset.{kind}": ControlFile(
                self, partial(self.cpuset.show, kind), partial(self.cpuset.order, kind)
            )
            for kind in self.cpuset.allowed
        }

    def _device_files(self) -> dict[str, File]:
        return {
            "devices.allow": ControlFile(self, None, partial(self._order_device, allow=True)),
            "devices.deny": ControlFile(self, None, partial(self._order_device, allow=False)),
            "devices.list": ControlFile(self, lambda: str(self.devices.rules)),
        }

    def _order_device(self, text: str, *, allow: bool) -> None:
        user = running_process().namespaces.user
        running_process().require("SYS_ADMIN", user.lineage()[-1])
        self.devices.order(text, allow=allow)

    def _freezer_files(self) -> dict[str, File]:
        if self.above is None:
            return {}

        def show(*, frozen: bool) -> str:
            return f"{int(frozen)}\n"

        return {
            "freezer.parent_freezing": ControlFile(
                self, lambda: show(frozen=self.above is not None and self.above.frozen)
            ),
            "freezer.self_freezing": ControlFile(self, lambda: show(frozen=self.values.frozen)),
            "freezer.state": ControlFile(
                self, lambda: "FROZEN\n" if self.frozen else "THAWED\n", self._freeze
            ),
        }

    def _freeze(self, text: str) -> None:
        if text not in ("FROZEN", "THAWED"):
            raise KernelError(errno.EINVAL)
        self.values.frozen = text == "FROZEN"
        running_process().thaw()

    def _memory_files(self) -> dict[str, File]:
        memory = self.values.memory
        return {
            "memory.failcnt": self._reset_file("failures"),
            "memory.limit_in_bytes": self._limit_file("limit"),
            "memory.max_usage_in_bytes": self._reset_file("most"),
            "memory.memsw.limit_in_bytes": self._limit_file("limit_with_swap"),
            "memory.oom_control": ControlFile(
                self, lambda: f"oom_kill_disable 0\nunder_oom 0\noom_kill {memory.kills}\n"
            ),
            "memory.soft_limit_in_bytes": self._limit_file("soft_limit"),
            "memory.stat": ControlFile(self, lambda: f"cache 0\nrss {memory.usage}\n"),
            "memory.usage_in_bytes": ControlFile(self, lambda: f"{memory.usage}\n"),
        }

    def _reset_file(self, counter: str) -> File:
        memory = self.values.memory
        return ControlFile(
            self,
            lambda: f"{getattr(memory, counter)}\n",
            lambda _: setattr(memory, counter, memory.usage if counter == "most" else 0),
        )

    def _limit_file(self, limit: str) -> File:
        memory = self.values.memory

        def order(text: str) -> None:
            if self.above is None:
                raise KernelError(errno.EINVAL)
            value = UNLIMITED if text == "-1" else parse_bytes(text)
            changed = {"limit": memory.limit, "limit_with_swap": memory.limit_with_swap}
            changed[limit] = value
            if changed["limit"] > changed["limit_with_swap"]:
                raise KernelError(errno.EINVAL)
            if value < memory.usage and limit != "soft_limit":
                raise KernelError(errno.EBUSY)
            setattr(memory, limit, value)

        return ControlFile(self, lambda: f"{getattr(memory, limit)}\n", order)
