"""Runs sequences on the machine's own kernel, each in new namespaces: `python -m linux.machine`.

The machine's mounts, groups and network are never changed: the root is an empty tmpfs in a new
mount namespace, interfaces are those of a new network namespace, and groups are made below one
fresh group in each hierarchy, which a cgroup namespace shows as the root. All ends with the
sequence, by the death of a pid namespace's init; an alarm sees to that after 20 seconds.

It prints one JSON object: name -> {"seen": {...}} or {"lacks": reason} or {"broke": text}.
"""

import ctypes
import json
import os
import select
import signal
import sys
import tempfile
import time
from pathlib import Path

from linux import real, sequence
from linux.answers import REFUSED
from linux.flags import CLONE

from tracer.minidocker.kernel.mounts import MountFlag

LIMIT = 20  # seconds for one sequence
FRESH = ("NEWNS", "NEWPID", "NEWNET", "NEWUTS", "NEWIPC")


def main(names: list[str]) -> None:
    """Run sequences and print what was seen."""
    table = sequence.load()
    chosen = [each for each in table.values() if not names or each.name in names]
    try:
        private_mounts()
    except OSError as refused:
        sys.stderr.write(f"unshare: {refused}\n")
        sys.exit(REFUSED)
    groups = Groups()
    try:
        results = {each.name: run(each, groups) for each in chosen}
    finally:
        groups.close()
    json.dump(results, sys.stdout, indent=1, sort_keys=True)


class Groups:
    """One fresh group in each hierarchy that this machine lets us use."""

    SAFE = ("freezer", "devices")  # no v2 controller is lost when these are mounted

    def __init__(self) -> None:
        self.place = Path(tempfile.mkdtemp(prefix="linux-groups-"))
        real.mount("tmpfs", str(self.place), "tmpfs")
        self.found: dict[str, Path] = {}  # "cgroup memory" or "cgroup2" -> our group
        lines = Path("/proc/cgroups").read_text().splitlines()[1:]
        for name, hierarchy, *_ in map(str.split, lines):
            if hierarchy != "0" or name in self.SAFE:
                self._enter(f"cgroup {name}", name)
        self._enter("cgroup2", "")
        if "cgroup2" in self.found:
            controllers = (self.found["cgroup2"] / "cgroup.controllers").read_text().split()
            for name in controllers:
                self.found[f"cgroup2 {name}"] = self.found["cgroup2"]

    def _enter(self, key: str, options: str) -> None:
        point = self.place / (options or "unified")
        point.mkdir()
        group = point / f"sequence-{os.getpid()}"
        try:
            real.mount("cgroup", str(point), key.split(maxsplit=1)[0], options=options)
            group.mkdir()
            for name in ("cpuset.cpus", "cpuset.mems"):
                if options == "cpuset":
                    (group / name).write_text((point / name).read_text())
        except OSError:
            return
        self.found[key] = group

    def join(self) -> None:
        """Put the caller into our groups."""
        for group in set(self.found.values()):
            (group / "cgroup.procs").write_text("0")

    def empty(self) -> None:
        """Thaw and end all that is left in our groups, and remove the groups below."""
        for group in set(self.found.values()):
            below = [*sorted((each for each in group.rglob("*") if each.is_dir()), reverse=True)]
            for each in [*below, group]:
                thaw(each)
                for pid in (each / "cgroup.procs").read_text().split():
                    os.kill(int(pid), signal.SIGKILL)
            for each in below:
                remove(each)

    def close(self) -> None:
        """Leave no group behind."""
        self.empty()
        for group in set(self.found.values()):
            remove(group)
        real.umount2(str(self.place), MountFlag.MNT_DETACH)
        self.place.rmdir()


def thaw(group: Path) -> None:
    """Let what is frozen run, or it could not die."""
    for name, value in (("freezer.state", "THAWED"), ("cgroup.freeze", "0")):
        if (group / name).exists():
            (group / name).write_text(value)


def remove(group: Path) -> None:
    """Remove a group, once its members' deaths are through."""
    for _ in range(100):
        try:
            group.rmdir()
        except OSError:
            time.sleep(0.02)
        else:
            return


def private_mounts() -> None:
    """Keep what is mounted from now on to ourselves."""
    real.checked(real.LIBC.unshare(CLONE["CLONE_NEWNS"]))
    real.mount("", "/", "", MountFlag.MS_REC | MountFlag.MS_PRIVATE)


def run(one: sequence.Sequence, groups: Groups) -> dict[str, object]:
    """Run one sequence and collect its observations."""
    lacking = [need for need in one.needs if not has(need, groups)]
    if lacking:
        return {"lacks": f"this machine offers no {', '.join(lacking)}"}
    reader, writer = os.pipe()
    errors = tempfile.TemporaryFile()  # noqa: SIM115  closed below
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        os.dup2(errors.fileno(), 2)
        supervise(one, groups, writer)
    os.close(writer)
    content = drain(reader)
    _, status = os.waitpid(pid, 0)
    groups.empty()
    errors.seek(0)
    complaint = errors.read().decode()
    errors.close()
    if status or complaint:
        return {"broke": complaint or f"ended with {os.waitstatus_to_exitcode(status)}"}
    seen: dict[str, object] = {}
    for line in content.splitlines():
        name, value = json.loads(line)
        assert name not in seen, f"{one.name} observes {name} twice"
        seen[name] = value
    return {"seen": seen}


def has(need: str, groups: Groups) -> bool:
    """Say whether the machine offers something that a sequence needs."""
    if need.startswith("cgroup"):
        return need in groups.found
    if need == "user namespaces":
        closed = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
        return not closed.exists() or closed.read_text().strip() == "0"
    return need == os.uname().machine


def drain(reader: int) -> str:
    """Read what the sequence's processes write, to the end or a little beyond the limit."""
    content, deadline = b"", time.monotonic() + LIMIT + 2
    while select.select([reader], [], [], max(0, deadline - time.monotonic()))[0]:
        data = os.read(reader, 1 << 16)
        if not data:
            break
        content += data
    os.close(reader)
    return content.decode()


def supervise(one: sequence.Sequence, groups: Groups, writer: int) -> None:
    """Be the process that holds a sequence's namespaces, and dies with them when time is up."""
    die_with_parent()
    for number in (signal.SIGALRM, signal.SIGHUP):  # nohup(1) leaves the second one ignored
        signal.signal(number, signal.SIG_DFL)
    signal.alarm(LIMIT)
    os.setsid()
    real.checked(real.LIBC.unshare(sum(CLONE[f"CLONE_{each}"] for each in FRESH)))
    pid = os.fork()
    if pid == 0:
        be_init(one, groups, writer)
    os.close(writer)
    _, status = os.waitpid(pid, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def be_init(one: sequence.Sequence, groups: Groups, writer: int) -> None:
    """Be process 1: an empty root, the sequence as process 2, and the reaping of orphans."""
    die_with_parent()
    groups.join()
    real.checked(real.LIBC.unshare(CLONE["CLONE_NEWCGROUP"]))
    for number in (signal.SIGPIPE, signal.SIGINT, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)  # Python's own choices are not a program's
    empty_root()
    os.umask(0)
    real.sethostname("host")
    first = os.fork()
    if first == 0:
        observe = observer(writer)
        real.run_to_the_end(lambda: one.run(real, observe))
    os.close(writer)
    while True:
        pid, status = os.wait()
        if pid == first:
            os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def observer(writer: int) -> sequence.Observe:
    """Send observations to whoever started the sequence, from all its processes."""

    def observe(name: str, value: object) -> None:
        os.write(writer, (json.dumps([name, value]) + "\n").encode())

    return observe


def empty_root() -> None:
    """Stand in an empty file system, out of sight of the machine's own."""
    real.mount("", "/", "", MountFlag.MS_REC | MountFlag.MS_PRIVATE)
    real.mount("root", tempfile.gettempdir(), "tmpfs", options="mode=755")
    os.chdir(tempfile.gettempdir())
    real.pivot_root(".", ".")
    real.umount2(".", MountFlag.MNT_DETACH)
    os.chdir("/")


def die_with_parent() -> None:
    """Ask for SIGKILL when the parent ends."""
    real.checked(real.LIBC.prctl(1, ctypes.c_ulong(signal.SIGKILL), 0, 0, 0))


if __name__ == "__main__":
    main(sys.argv[1:])
