"""The programs on the disks: each a short function that sees only what the kernel shows it."""

from collections.abc import Awaitable, Callable

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.programs import (
    copying,
    coreutils,
    fileutils,
    inetutils,
    iproute,
    iptables,
    lxc,
    modules,
    mounting,
    procps,
    upstart,
)
from tracer.minidocker.programs.shell import sh
from tracer.minidocker.programs.terminal import complain

Main = Callable[[list[str], dict[str, str]], Awaitable[int]]

_MAINS: dict[str, Main] = {
    "cat": fileutils.cat,
    "chmod": fileutils.chmod,
    "cp": copying.cp,
    "dd": fileutils.dd,
    "echo": coreutils.echo,
    "env": coreutils.env_,
    "false": coreutils.false,
    "hostname": coreutils.hostname,
    "httpd": inetutils.httpd,
    "id": coreutils.id_,
    "ip": iproute.ip,
    "kill": procps.kill,
    "ls": fileutils.ls,
    "mkdir": fileutils.mkdir,
    "mount": mounting.mount,
    "nc": inetutils.nc,
    "ps": procps.ps,
    "pwd": coreutils.pwd,
    "rm": fileutils.rm,
    "sh": sh,
    "sleep": procps.sleep,
    "touch": fileutils.touch,
    "true": coreutils.true,
    "umount": mounting.umount,
    "wc": fileutils.wc,
    "wget": inetutils.wget,
}


def _ending_well(name: str, main: Main) -> Main:
    """Let a refusal that the program did not expect end it with a line on standard error."""

    async def run(argv: list[str], env: dict[str, str]) -> int:
        try:
            return await main(argv, env)
        except KernelError as error:
            return complain(name, error)

    return run


PROGRAMS = {name: _ending_well(name, main) for name, main in _MAINS.items()}  # in an image's /bin
HOST_PROGRAMS = PROGRAMS | {  # on the machine's own disk
    "auplink": _ending_well("auplink", modules.auplink),
    "iptables": _ending_well("iptables", iptables.iptables),
    "lxc-freeze": _ending_well("lxc-freeze", lxc.freeze),
    "lxc-info": _ending_well("lxc-info", lxc.info),
    "lxc-kill": _ending_well("lxc-kill", lxc.kill),
    "lxc-start": _ending_well("lxc-start", lxc.start),
    "lxc-unfreeze": _ending_well("lxc-unfreeze", lxc.freeze),
    "modprobe": _ending_well("modprobe", modules.modprobe),
    "restart": _ending_well("restart", upstart.restart),
    "start": _ending_well("start", upstart.start),
    "status": _ending_well("status", upstart.status),
    "stop": _ending_well("stop", upstart.stop),
}
