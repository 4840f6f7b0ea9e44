"""What lies in the registry, and of it on the machine's disk: images as their authors made them."""

from tracer.minidocker.programs import PROGRAMS
from tracer.minidocker.registry import Layer

ON_DISK = ("busybox", "buildroot-2013.08.1")  # this image is on a new machine, as busybox:latest


def _executable(name: str) -> bytes:
    return f"\x7fELF {name}".encode()


PROGRAMS_LAYER = Layer(
    "2013-10-16T19:20:10Z",
    "#(nop) ADD programs.tar in /",
    {f"bin/{name}": _executable(name) for name in PROGRAMS},
)
USERS_LAYER = Layer(
    "2013-10-16T19:20:11Z",
    "#(nop) ADD passwd in /etc",
    {"etc/passwd": b"root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/sh\n"},
)
NEWER_LAYER = Layer(
    "2014-06-05T00:00:00Z",
    "#(nop) ADD newer.tar in /",
    {
        "bin/ping": _executable("ping"),
        "etc/group": b"root:x:0:\ndaemon:x:1:\n",
        "etc/mtab": "/proc/mounts",
        "usr/": b"",
    },
)
SCRIPT_LAYER = Layer(
    "2014-08-01T10:00:00Z",
    "mkdir /app; echo echo $GREETING, $1 > /app/greet; touch /app/draft",
    {"app/draft": b"", "app/greet": b"echo $GREETING, $1\n"},
)
APP_LAYER = Layer(
    "2014-08-01T10:05:00Z",
    "rm /app/draft",
    {"app/.wh.draft": b""},
    {"Env": ["GREETING=hello"], "Entrypoint": ["/bin/sh", "/app/greet"], "Cmd": ["world"]},
)
OLD_BUSYBOX = (PROGRAMS_LAYER, USERS_LAYER)
BUSYBOX = (*OLD_BUSYBOX, NEWER_LAYER)
REPOSITORIES: dict[str, dict[str, tuple[Layer, ...]]] = {
    "alice/greet": {"latest": (*BUSYBOX, SCRIPT_LAYER, APP_LAYER)},
    "busybox": {
        "buildroot-2013.08.1": OLD_BUSYBOX,
        "buildroot-2014.02": BUSYBOX,
        "latest": BUSYBOX,
    },
}
