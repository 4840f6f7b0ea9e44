"""What the C interface calls by number: flags, options, and the calls that libc does not wrap."""

import platform
from typing import Any

NUMBERS = {
    "x86_64": {"clone": 56, "pivot_root": 155},
    "aarch64": {"clone": 220, "pivot_root": 41},
}.get(platform.machine(), {})
CLONE = {
    "CLONE_NEWNS": 0x20000,
    "CLONE_NEWUTS": 0x4000000,
    "CLONE_NEWIPC": 0x8000000,
    "CLONE_NEWUSER": 0x10000000,
    "CLONE_NEWPID": 0x20000000,
    "CLONE_NEWNET": 0x40000000,
    "CLONE_NEWCGROUP": 0x2000000,
}
MOUNT = {
    "MS_RDONLY": 1,
    "MS_NOSUID": 2,
    "MS_NODEV": 4,
    "MS_NOEXEC": 8,
    "MS_REMOUNT": 32,
    "MS_BIND": 4096,
    "MS_MOVE": 8192,
    "MS_REC": 16384,
    "MS_UNBINDABLE": 1 << 17,
    "MS_PRIVATE": 1 << 18,
    "MS_SLAVE": 1 << 19,
    "MS_SHARED": 1 << 20,
    "MNT_DETACH": 2,
}
PRCTL = {"PR_SET_PDEATHSIG": 1, "PR_SET_KEEPCAPS": 8, "PR_SET_NAME": 15, "PR_CAPBSET_DROP": 24}


def bits(flags: Any, table: dict[str, int]) -> int:
    """Translate flags by their names."""
    return sum(table[str(flag.name)] for flag in flags)
