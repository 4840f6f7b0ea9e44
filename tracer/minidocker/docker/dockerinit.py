"""The program that the daemon starts in new namespaces and that becomes the user's program."""

from tracer.minidocker.docker import reexec
from tracer.minidocker.docker.daemon.execdriver import lxc_init, native
from tracer.minidocker.twin import twin_of

reexec.register(lxc_init.NAME, lxc_init.docker_initializer)
reexec.register(native.NativeDriver.NAME, native.initializer)


@twin_of("github.com/docker/docker/dockerinit.main")
async def main(argv: list[str], env: dict[str, str]) -> int:
    """Begin inside the new namespaces: all is decided by argv[0]."""
    del env
    return 0 if await reexec.init(argv) else 1
