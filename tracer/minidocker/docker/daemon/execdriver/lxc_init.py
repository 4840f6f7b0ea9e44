"""Our program as the first process of a container that lxc-start has made.

Mounts and namespaces are there; what is left is the address, the loss of rights, and the exec.
"""

import argparse
import json
from typing import NoReturn

from tracer.minidocker import syscall
from tracer.minidocker.docker.daemon.execdriver.template import new_template
from tracer.minidocker.docker.daemon.execdriver.tweaks import tweak_capabilities
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib import exec as osexec
from tracer.minidocker.golib import ioutil
from tracer.minidocker.golib.environ import environ
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.libcontainer import namespaces, security, system
from tracer.minidocker.twin import twin_of

NAME = "/.dockerinit"  # argv[0]
NOT_FOUND = 127


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise DockerError(message)


@twin_of("github.com/docker/docker/daemon/execdriver/lxc.dockerInititalizer")
async def docker_initializer(argv: list[str]) -> None:
    """Begin where lxc-start has put us."""
    await _initializer(argv)


@twin_of("github.com/docker/docker/daemon/execdriver/lxc.initializer")
async def _initializer(argv: list[str]) -> None:
    """Read the arguments; whatever goes wrong is told on standard error."""
    parser = _Parser(prog=NAME, add_help=False)
    for name in ("-u", "-g", "-i", "-w", "-mtu", "-cap-add", "-cap-drop"):
        parser.add_argument(name, default="")
    parser.add_argument("-privileged", action="store_true")
    end = argv.index("--")
    try:
        await _setup_namespace(parser.parse_args(argv[1:end]), argv[end + 1 :])
    except (DockerError, KernelError) as error:
        syscall.write(2, f"{error}\n".encode())
    syscall.exit_group(1)


@twin_of("github.com/docker/docker/daemon/execdriver/lxc.setupNamespace")
async def _setup_namespace(args: argparse.Namespace, command: list[str]) -> None:
    """Finish the container from inside, and become the user's program."""
    env = await _setup_env()
    if env.get("HOSTNAME"):
        syscall.sethostname(env["HOSTNAME"])
    _setup_networking(args)
    await _finalize_namespace(args, env)
    place = osexec.look_path(command[0], env.get("PATH", ""))
    if not place:
        syscall.write(2, f"Unable to locate {command[0]}\n".encode())
        syscall.exit_group(NOT_FOUND)
    syscall.execve(place, command, env)


@twin_of("github.com/docker/docker/daemon/execdriver/lxc.setupEnv")
async def _setup_env() -> dict[str, str]:
    """Take the container's variables from a file: ours are those of lxc-start."""
    listed: list[str] = json.loads(await ioutil.read_file("/.dockerenv"))
    return dict(each.partition("=")[::2] for each in listed) | {
        "container": environ().get("container", "")
    }


@twin_of("github.com/docker/docker/daemon/execdriver/lxc.setupNetworking")
def _setup_networking(args: argparse.Namespace) -> None:
    """Give eth0, which lxc-start has brought, its address and the way out."""
    if args.i:
        syscall.netlink("RTM_NEWADDR", "eth0", address=args.i)
        syscall.netlink("RTM_SETLINK", "eth0", mtu=int(args.mtu))
        syscall.netlink("RTM_SETLINK", "eth0", up=True)
        syscall.netlink("RTM_SETLINK", "lo", up=True)
    if args.g:
        syscall.netlink("RTM_NEWROUTE", "eth0", gateway=args.g)


@twin_of("github.com/docker/docker/daemon/execdriver/lxc.finalizeNamespace")
async def _finalize_namespace(args: argparse.Namespace, env: dict[str, str]) -> None:
    """Give up rights as the native driver does, with the same functions."""
    system.close_exec_from(3)
    capabilities = new_template().capabilities
    if not args.privileged:
        security.drop_bounding_set(capabilities)
        system.set_keep_caps()
    await namespaces.setup_user(args.u, env)
    if not args.privileged:
        system.clear_keep_caps()
        added, dropped = (each.split(":") if each else [] for each in (args.cap_add, args.cap_drop))
        security.drop_capabilities(tweak_capabilities(capabilities, added, dropped))
    if args.w:
        syscall.chdir(args.w)
