"""The two sides of a container's start: `execute` in the daemon, `init` in the child."""

from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from functools import reduce
from operator import or_

from tracer.minidocker import syscall
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib.exec import Cmd, exit_code
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.kernel.signals import Signal
from tracer.minidocker.libcontainer import apparmor, cgroups, label, security, system
from tracer.minidocker.libcontainer.config import Config, State, delete_state, save_state
from tracer.minidocker.libcontainer.mount import initialize_mount_namespace
from tracer.minidocker.libcontainer.network import get_strategy
from tracer.minidocker.libcontainer.syncpipe import SyncPipe, new_sync_pipe
from tracer.minidocker.libcontainer.user import get_user_group_supplementary_home
from tracer.minidocker.twin import keep_in_view, twin_of


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
        try:
            group = await _setup_cgroups(container, command.pid)
            deferred.callback(group.cleanup)
            paths = group.paths
            network = _initialize_networking(container, command.pid, pipe)
            save_state(directory, State(command.pid, started, network, paths))
            deferred.callback(delete_state, directory)
            await pipe.read_from_child()
        except Exception:
            syscall.kill(command.pid, Signal.SIGKILL)
            await command.wait()
            raise
        await start_callback(command.pid)
        return exit_code(await command.wait())


@twin_of(
    "github.com/docker/libcontainer/namespaces.GetNamespaceFlags",
    passes="It adds up bits; clone(2) gets them.",
)
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
        rootfs = system.resolve_rootfs(rootfs)
        env = _load_container_environment(container)
        state = await pipe.read_from_parent()
        syscall.setsid()
        _setup_network(container, state)
        _setup_route(container)
        label.init()
        initialize_mount_namespace(rootfs, container)
        if container.hostname:
            syscall.sethostname(container.hostname)
        apparmor.apply_profile()
        label.set_process_label(container.process_label)
        if container.restrict_sys:
            security.restrict("proc/sys", "proc/sysrq-trigger", "proc/irq", "proc/bus")
        death_signal = system.get_parent_death_signal()
        await _finalize_namespace(container, env)
        _restore_parent_death_signal(death_signal)
        system.execv(command, env)
    except (DockerError, KernelError) as error:
        _report(pipe, error)


@twin_of("github.com/docker/libcontainer/namespaces.Init$1")
def _report(pipe: SyncPipe, error: Exception) -> None:
    """Tell the parent what went wrong: a successful execve never comes back to here."""
    pipe.report_child_error(error)


@twin_of("github.com/docker/libcontainer/namespaces.LoadContainerEnvironment")
def _load_container_environment(container: Config) -> dict[str, str]:
    """Take the container's variables instead of those that came from the daemon."""
    wrong = [each for each in container.env if "=" not in each]
    if wrong:
        raise DockerError(f"invalid environment '{wrong[0]}'")
    env = dict(each.split("=", 1) for each in container.env)
    keep_in_view(lambda: {"environment": dict(env)})
    return env


@twin_of("github.com/docker/libcontainer/namespaces.setupNetwork")
def _setup_network(container: Config, state: dict[str, str]) -> None:
    """Do the inner half of the network."""
    for network in container.networks:
        get_strategy(network.kind).initialize(network, state)


@twin_of(
    "github.com/docker/libcontainer/namespaces.setupRoute",
    passes="Docker asks for no routes but the default one.",
)
def _setup_route(container: Config) -> None:
    """Add the routes that are wanted."""
    for route in container.routes:
        syscall.netlink(
            "RTM_NEWROUTE", route.interface, destination=route.destination, gateway=route.gateway
        )


@twin_of("github.com/docker/libcontainer/namespaces.FinalizeNamespace")
async def _finalize_namespace(container: Config, env: dict[str, str]) -> None:
    """Give up files, capabilities and user, in the order in which that is still allowed."""
    system.close_exec_from(3)
    security.drop_bounding_set(container.capabilities)
    system.set_keep_caps()
    await setup_user(container.user, env)
    system.clear_keep_caps()
    security.drop_capabilities(container.capabilities)
    if container.working_dir:
        syscall.chdir(container.working_dir)


@twin_of("github.com/docker/libcontainer/namespaces.SetupUser")
async def setup_user(words: str, env: dict[str, str]) -> None:
    """Become a user of the image's; groups first, as only root may change them."""
    user = await get_user_group_supplementary_home(words, syscall.getuid(), syscall.getgid())
    syscall.setgroups(user.groups)
    syscall.setgid(user.gid)
    syscall.setuid(user.uid)
    if not env.get("HOME"):
        env["HOME"] = user.home


@twin_of(
    "github.com/docker/libcontainer/namespaces.RestoreParentDeathSignal",
    passes="Docker has asked for no such signal.",
)
def _restore_parent_death_signal(signal: int) -> None:
    """Ask for the signal again: a change of user has cleared the wish."""
    if signal and signal != system.get_parent_death_signal():
        system.parent_death_signal(signal)
