"""The programs of LXC, an older way to containers: lxc-start, lxc-info, lxc-kill, lxc-freeze.

`lxc-start -n NAME -f FILE -- PROGRAM…` makes what FILE says (see lxc.conf(5)), runs the program in
it and stays until that has ended. Others ask it over a socket, `/run/lxc/NAME`.
"""

from functools import reduce
from operator import or_

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil, net
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.mounts import MountFlag
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.kernel.processes import running_process
from tracer.minidocker.programs.mounting import WORDS
from tracer.minidocker.programs.terminal import complain, say

VERSION = "0.8.0"
GROUPS, SOCKETS = "/sys/fs/cgroup", "/run/lxc"
SIGNALLED = 128  # and the signal: the exit status then
ALWAYS_NEW = Clone.CLONE_NEWNS | Clone.CLONE_NEWUTS | Clone.CLONE_NEWIPC | Clone.CLONE_NEWPID
Settings = dict[str, list[str]]


async def start(argv: list[str], env: dict[str, str]) -> int:
    """Make a container, run a program in it, and end with its exit status."""
    if argv[1:] == ["--version"]:
        say(f"lxc-start version: {VERSION}")
        return 0
    end = argv.index("--")
    given = dict(zip(argv[1:end:2], argv[2:end:2], strict=True))
    name, settings = given["-n"], _parse(await ioutil.read_file(given["-f"]))
    heard, told = syscall.pipe()
    kind = settings.get("lxc.network.type", ["empty"])[0]
    new_network = Clone(0) if kind == "none" else Clone.CLONE_NEWNET

    async def live() -> None:
        syscall.close(told)
        end_of_cable = (await syscall.read(heard)).decode()
        _set_up(settings, end_of_cable.strip())
        syscall.execve(argv[end + 1], argv[end + 1 :], {**env, "container": "lxc"})

    pid = await syscall.clone(ALWAYS_NEW | new_network, live)
    await _limit(name, pid, settings)
    syscall.write(told, (_lay_cable(pid, settings) if kind == "veth" else "-").encode())
    syscall.close(told)
    running_process().start_thread(_answer(name, pid))
    _, status = await syscall.wait4(pid)
    _clean_up(name)
    return status if status >= 0 else SIGNALLED - status


async def info(argv: list[str], env: dict[str, str]) -> int:
    """Say whether a container runs, and the pid of its first process."""
    del env
    pid = await _ask(argv[2])
    say(f"state: {'RUNNING' if pid else 'STOPPED'}", f"pid: {pid or -1}")
    return 0


async def kill(argv: list[str], env: dict[str, str]) -> int:
    """Send a signal to the first process of a container."""
    del env
    pid = await _ask(argv[2])
    if not pid:
        return complain("lxc-kill", f"{argv[2]} is not running")
    syscall.kill(pid, int(argv[3]))
    return 0


async def freeze(argv: list[str], env: dict[str, str]) -> int:
    """Stop all processes of a container where they are; lxc-unfreeze lets them go on."""
    del env
    state = "FROZEN" if argv[0].endswith("lxc-freeze") else "THAWED"
    ioutil.write_file(f"{_group('freezer', argv[2])}/freezer.state", state, create=False)
    return 0


def _parse(text: str) -> Settings:
    settings: Settings = {}
    for line in text.splitlines():
        name, _, value = line.partition(" = ")
        settings.setdefault(name, []).append(value)
    return settings


def _set_up(settings: Settings, cable: str) -> None:
    """Do, inside, what the container finds done."""
    if cable != "-":
        syscall.netlink("RTM_SETLINK", cable, name=settings["lxc.network.name"][0])
    if "up" in settings.get("lxc.network.flags", []):
        syscall.netlink("RTM_SETLINK", "lo", up=True)
    root = settings["lxc.rootfs"][0]
    syscall.mount("", "/", "", MountFlag.MS_PRIVATE | MountFlag.MS_REC)
    syscall.mount(root, root, "", MountFlag.MS_BIND | MountFlag.MS_REC)
    for entry in settings.get("lxc.mount.entry", []):
        _mount(*entry.split()[:4])
    old = settings["lxc.pivotdir"][0]
    ioutil.make_directories(f"{root}/{old}")
    syscall.pivot_root(root, f"{root}/{old}")
    syscall.chdir("/")
    syscall.umount2(f"/{old}", MountFlag.MNT_DETACH)
    syscall.rmdir(f"/{old}")


def _mount(source: str, place: str, kind: str, options: str) -> None:
    words = options.split(",")
    named = [f"MS_{flag}" for word in words for flag in WORDS.get(word, ())]
    flags = reduce(or_, (MountFlag[each] for each in named), MountFlag(0))
    rest = ",".join(word for word in words if word not in WORDS)
    place = place.replace("\\040", " ")
    syscall.mount(source, place, kind, flags, rest)
    if MountFlag.MS_BIND in flags and MountFlag.MS_RDONLY in flags:
        syscall.mount(source, place, kind, flags | MountFlag.MS_REMOUNT)


async def _limit(name: str, pid: int, settings: Settings) -> None:
    """Put the first process into a group of its own in each hierarchy, and set the limits."""
    for hierarchy in syscall.getdents(GROUPS):
        group = _group(hierarchy, name)
        ioutil.make_directories(group)
        if hierarchy == "cpuset":
            await _inherit_cpus(name)
        ioutil.write_file(f"{group}/cgroup.procs", str(pid), create=False)
        prefix = f"lxc.cgroup.{hierarchy}."
        for setting in (each for each in settings if each.startswith(prefix)):
            for value in settings[setting]:
                file = setting.removeprefix("lxc.cgroup.")
                ioutil.write_file(f"{group}/{file}", value, create=False)


async def _inherit_cpus(name: str) -> None:
    above = f"{GROUPS}/cpuset"
    for group in (f"{above}/lxc", _group("cpuset", name)):
        for file in ("cpuset.cpus", "cpuset.mems"):
            value = (await ioutil.read_file(f"{above}/{file}")).strip()
            ioutil.write_file(f"{group}/{file}", value, create=False)


def _lay_cable(pid: int, settings: Settings) -> str:
    host_end, inner_end = (f"veth{syscall.getrandom(3).hex()}" for _ in range(2))
    syscall.netlink("RTM_NEWLINK", host_end, kind="veth", peer=inner_end)
    syscall.netlink("RTM_SETLINK", host_end, mtu=int(settings["lxc.network.mtu"][0]))
    syscall.netlink("RTM_SETLINK", host_end, master=settings["lxc.network.link"][0])
    syscall.netlink("RTM_SETLINK", host_end, up=True)
    syscall.netlink("RTM_SETLINK", inner_end, netns_pid=pid)
    return inner_end


async def _answer(name: str, pid: int) -> None:
    """Tell whoever asks which process is the first."""
    ioutil.make_directories(SOCKETS)
    listener = net.listen(f"{SOCKETS}/{name}")
    while True:
        connection = await syscall.accept(listener)
        syscall.write(connection, str(pid).encode())
        syscall.close(connection)


async def _ask(name: str) -> int:
    """Ask a container's lxc-start for the first process; 0 if there is none."""
    try:
        connection = await net.dial(f"{SOCKETS}/{name}")
    except KernelError:
        return 0
    pid = int(await syscall.read(connection) or 0)
    syscall.close(connection)
    return pid


def _clean_up(name: str) -> None:
    ioutil.remove_all(f"{SOCKETS}/{name}")
    for hierarchy in syscall.getdents(GROUPS):
        syscall.rmdir(_group(hierarchy, name))


def _group(hierarchy: str, name: str) -> str:
    return f"{GROUPS}/{hierarchy}/lxc/{name}"
