"""Who may do what with an inode: the nine bits, the owner's rights, and capabilities above them."""

import errno
from typing import Protocol

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Directory, Inode

READ, WRITE, EXECUTE = 4, 2, 1
STICKY, SET_GROUP, SET_USER = 0o1000, 0o2000, 0o4000


class Holder(Protocol):
    """Somebody with a user, groups and capabilities: a process."""

    uid: int
    gid: int
    groups: tuple[int, ...]

    def is_capable_over(self, capability: str, inode: Inode) -> bool:
        """Say whether a capability counts for an inode."""


def require(who: Holder, inode: Inode, wanted: int) -> None:
    """Refuse to read, write or execute (search a directory) what the bits do not allow."""
    if wanted & ~_granted(who, inode) and not _overrides(who, inode, wanted):
        raise KernelError(errno.EACCES)


def require_change(who: Holder, directory: Inode, inode: Inode | None = None) -> None:
    """Refuse to change the names of a directory; in a sticky one, also those of other owners."""
    require(who, directory, WRITE | EXECUTE)
    if inode and directory.mode & STICKY and who.uid not in (directory.uid, inode.uid):
        _require_capability(who, "FOWNER", inode)


def require_owner(who: Holder, inode: Inode) -> None:
    """Refuse anybody who does not own an inode."""
    if who.uid != inode.uid:
        _require_capability(who, "FOWNER", inode)


def require_chown(who: Holder, inode: Inode, uid: int, gid: int) -> None:
    """Refuse to give an inode away (-1: no change); an owner may choose among their own groups."""
    owns = who.uid == inode.uid
    may_uid = uid < 0 or (owns and uid == inode.uid)
    may_gid = gid < 0 or (owns and gid in (who.gid, *who.groups, inode.gid))
    if not (may_uid and may_gid):
        _require_capability(who, "CHOWN", inode)


def require_link(who: Holder, inode: Inode) -> None:
    """Refuse second names for what others own and one may not write (fs.protected_hardlinks)."""
    granted = _granted(who, inode) | (6 if who.is_capable_over("DAC_OVERRIDE", inode) else 0)
    harmless = inode.kind == "file" and not inode.mode & SET_USER
    if who.uid != inode.uid and not (harmless and granted & 6 == READ | WRITE):
        _require_capability(who, "FOWNER", inode)


def _granted(who: Holder, inode: Inode) -> int:
    if who.uid == inode.uid:
        return inode.mode >> 6 & 7
    if inode.gid in (who.gid, *who.groups):
        return inode.mode >> 3 & 7
    return inode.mode & 7


def _overrides(who: Holder, inode: Inode, wanted: int) -> bool:
    runs = wanted & EXECUTE and not isinstance(inode, Directory)
    return bool(not runs or inode.mode & 0o111) and who.is_capable_over("DAC_OVERRIDE", inode)


def _require_capability(who: Holder, capability: str, inode: Inode) -> None:
    if not who.is_capable_over(capability, inode):
        raise KernelError(errno.EPERM)
