"""Commands about the daemon itself: info, version."""

from tracer.minidocker import syscall
from tracer.minidocker.docker.api.client.connection import Connection
from tracer.minidocker.docker.dockerversion import VERSIONS
from tracer.minidocker.docker.engine import Env
from tracer.minidocker.docker.pkg.mflag import FlagSet
from tracer.minidocker.twin import twin_of

INFO = FlagSet("info", "", "Display system-wide information")
VERSION = FlagSet("version", "", "Show the Docker version information.")


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdVersion")
async def cmd_version(cli: Connection, args: list[str]) -> int:
    """Show what the client is, and then what the daemon says that it is."""
    if VERSION.parse(args)[1]:
        VERSION.usage()
    _say("Client version", VERSIONS["Version"])
    _say("Client API version", VERSIONS["ApiVersion"])
    _say("Go version (client)", VERSIONS["GoVersion"])
    _say("Git commit (client)", VERSIONS["GitCommit"])
    _say("OS/Arch (client)", f"{VERSIONS['Os']}/{VERSIONS['Arch']}")
    remote = Env()
    remote.decode(await cli.call("/version", method="GET"))
    _say("Server version", remote["Version"])
    _say("Server API version", remote["ApiVersion"])
    _say("Go version (server)", remote["GoVersion"])
    _say("Git commit (server)", remote["GitCommit"])
    return 0


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdInfo")
async def cmd_info(cli: Connection, args: list[str]) -> int:
    """Show what the daemon has, and what this host cannot do."""
    if INFO.parse(args)[1]:
        INFO.usage()
    remote = Env()
    remote.decode(await cli.call("/info", method="GET"))
    _say("Containers", remote["Containers"])
    _say("Images", remote["Images"])
    _say("Storage Driver", remote["Driver"])
    for name, value in remote["DriverStatus"]:
        _say(f" {name}", value)
    _say("Execution Driver", remote["ExecutionDriver"])
    _say("Kernel Version", remote["KernelVersion"])
    _say("Operating System", remote["OperatingSystem"])
    for limit, what in (("MemoryLimit", "memory"), ("SwapLimit", "swap")):
        if not remote[limit]:
            syscall.write(2, f"WARNING: No {what} limit support\n".encode())
    return 0


def _say(name: str, value: object) -> None:
    syscall.write(1, f"{name}: {value}\n".encode())
