"""Programs on mounts: mount, umount."""

from functools import reduce
from operator import or_

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.mounts import MountFlag
from tracer.minidocker.programs.terminal import complain

WORDS = {  # what stands after -o, or after -- -> flags of mount(2)
    "bind": ("BIND",),
    "move": ("MOVE",),
    "rbind": ("BIND", "REC"),
    "remount": ("REMOUNT",),
    "nodev": ("NODEV",),
    "noexec": ("NOEXEC",),
    "nosuid": ("NOSUID",),
    "ro": ("RDONLY",),
    **{f"make-{each}": (each.upper(),) for each in ("private", "shared", "slave", "unbindable")},
    **{f"make-r{each}": (each.upper(), "REC") for each in ("private", "shared", "slave")},
    "rw": (),
}


async def mount(argv: list[str], env: dict[str, str]) -> int:
    """List the mounts, or mount: [-t TYPE] [-o WORD,...] [--WORD] [SOURCE] TARGET."""
    del env
    words, kind, options, paths = [*argv[1:]], "", list[str](), list[str]()
    while words:
        word = words.pop(0)
        if word in ("-t", "-o") and words:
            kind, options = (
                (words.pop(0), options) if word == "-t" else (kind, words.pop(0).split(","))
            )
        elif word.startswith("--"):
            options.append(word[2:])
        else:
            paths.append(word)
    try:
        if not argv[1:]:
            syscall.write(1, (await ioutil.read_file("/proc/mounts")).encode())
        else:
            _mount(paths, kind, options)
    except KernelError as error:
        return complain("mount", *paths, error)
    except (KeyError, IndexError):
        return complain("mount", "usage: mount [-t TYPE] [-o WORD,...] [SOURCE] TARGET")
    return 0


async def umount(argv: list[str], env: dict[str, str]) -> int:
    """Take mounts away; -l also when they are busy."""
    del env
    flags = MountFlag.MNT_DETACH if "-l" in argv else MountFlag(0)
    status = 0
    for path in (each for each in argv[1:] if each != "-l"):
        try:
            syscall.umount2(path, flags)
        except KernelError as error:
            status = complain("umount", path, error)
    return status


def _mount(paths: list[str], kind: str, options: list[str]) -> None:
    named = [f"MS_{flag}" for word in options for flag in WORDS.get(word, ())]
    rest = ",".join(word for word in options if word not in WORDS)
    flags = reduce(or_, (MountFlag[each] for each in named), MountFlag(0))
    syscall.mount(paths[-2] if paths[1:] else "none", paths[-1], kind, flags, rest)
