"""The two sides of a container's start: `execute` in the daemon, `init` in the child."""

from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from functools import reduce
from operator import or_

from tracer.minidocker import syscall
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib import ioutil
from tracer.minidocker.golib.exec import Cmd
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.libcontainer import cgroups, security, system
from tracer.minidocker.libcontainer.config import Config, State, delete_state, save_state
from tracer.minidocker.libcontainer.mount import initialize_mount_namespace
from tracer.minidocker.libcontainer.network import get_strategy
from tracer.minidocker.libcontainer.syncpipe import SyncPipe, new_sync_pipe
from tracer.minidocker.twin import twin_of

KILLED = -1  # the exit status that Go gives a process that a signal has ended


@twin_of("github.com/docker/libcontainer/namespaces.Exec")
async def execute(
    container: Config,
    directory: str,
    create_command: Callable[[Config, int], Cmd],
    start_callback: Callable[[int], Awaitable[None]],
) -> int:
    """Start the child, do for it what only the host can do, and wait for its end."""
    with ExitStack() as deferred:
        pipe = new_sync_pipe()
        deferred.callback(pipe.close)
        command = create_command(container, pipe.child)
        await command.start()
        pipe.close_child()
        started = await system.get_process_start_time(command.pid)
        group = await _setup_cgroups(container, command.pid)
        deferred.callback(group.cleanup)
        network = _initialize_networking(container, command.pid, pipe)
        save_state(directory, State(command.pid, started, network, group.paths))
        deferred.callback(delete_state, directory)
        try:
            await pipe.read_from_child()
        except DockerError:
            await command.wait()
            raise
        await start_callback(command.pid)
        return max(await command.wait(), KILLED)


@twin_of("github.com/docker/libcontainer/namespaces.GetNamespaceFlags")
def get_namespace_flags(names: list[str]) -> Clone:
    """Turn names into the bits of clone(2)."""
    return reduce(or_, (Clone[f"CLONE_{name}"] for name in names), Clone(0))


@twin_of("github.com/docker/libcontainer/namespaces.SetupCgroups")
async def _setup_cgroups(container: Config, pid: int) -> cgroups.Data:
    """Limit the child while it waits, so that nothing it will ever start is outside."""
    return await cgroups.apply(container, pid)


@twin_of("github.com/docker/libcontainer/namespaces.InitializeNetworking")
def _initialize_networking(container: Config, pid: int, pipe: SyncPipe) -> dict[str, str]:
    """Do the host's half of the network and let the child go on."""
    state: dict[str, str] = {}
    for network in container.networks:
        get_strategy(network.kind).create(network, pid, state)
    pipe.send_to_child(state)
    return state


@twin_of("github.com/docker/libcontainer/namespaces.Init")
async def init(container: Config, rootfs: str, pipe: SyncPipe, command: list[str]) -> None:
    """Prepare everything inside and become the user's program."""
    try:
        state = await pipe.read_from_parent()
        _setup_network(container, state)
        initialize_mount_namespace(rootfs, container)
        syscall.sethostname(container.hostname)
        security.apply_profile()
        if not container.privileged:
            security.restrict()
        await _finalize_namespace(container)
        system.execv(command, container.env)
    except (DockerError, KernelError) as error:
        pipe.report_child_error(error)


@twin_of("github.com/docker/libcontainer/namespaces.setupNetwork")
def _setup_network(container: Config, state: dict[str, str]) -> None:
    """Do the inner half of the network."""
    for network in container.networks:
        get_strategy(network.kind).initialize(network, state)


@twin_of("github.com/docker/libcontainer/namespaces.FinalizeNamespace")
async def _finalize_namespace(container: Config) -> None:
    """Give up files, capabilities and user, in the order in which that is still allowed."""
    system.close_exec_from(3)
    kept = list(container.capabilities)
    if not container.privileged:
        security.drop_bounding_set(kept)
    syscall.prctl("PR_SET_KEEPCAPS", 1)
    await _setup_user(container.user)
    syscall.prctl("PR_SET_KEEPCAPS", 0)
    if not container.privileged:
        security.drop_capabilities(kept)
    syscall.chdir(container.working_dir)


@twin_of("github.com/docker/libcontainer/namespaces.SetupUser")
async def _setup_user(name: str) -> None:
    """Become the user that the image's /etc/passwd names; groups first, as root may."""
    users = [line.split(":") for line in (await ioutil.read_file("/etc/passwd")).splitlines()]
    found = [user for user in users if (name or "root") in (user[0], user[2])]
    if not found:
        raise DockerError(f"{name}: no such user in the image")
    _, _, uid, gid, *_ = found[0]
    syscall.setgroups(())
    syscall.setgid(int(gid))
    syscall.setuid(int(uid))
