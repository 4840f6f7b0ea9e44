"""Who a user is: the image's /etc/passwd and /etc/group say it, not the host's."""

import errno
from dataclasses import dataclass, field

from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.twin import twin_of

LAST = 2**31 - 1
FIELDS = {"/etc/passwd": 7, "/etc/group": 4}


@dataclass(frozen=True)
class User:
    """What a process needs to become a user."""

    uid: int
    gid: int
    groups: tuple[int, ...] = ()
    home: str = "/"


@dataclass
class _Known:
    """The lines of a file, taken apart."""

    lines: list[list[str]] = field(default_factory=list)

    def find(self, word: str) -> list[str] | None:
        """Find a line by its name or number."""
        return next((each for each in self.lines if word in (each[0], each[2])), None)


@twin_of("github.com/docker/libcontainer/user.GetUserGroupSupplementaryHome")
async def get_user_group_supplementary_home(words: str, uid: int, gid: int) -> User:
    """Read NAME, NAME:GROUP or numbers; a number needs no line in the files."""
    name, _, group = words.partition(":")
    users, groups = await _read("/etc/passwd"), await _read("/etc/group")
    found = users.find(name or str(uid))
    if found:
        uid, gid = int(found[2]), int(found[3])
    elif name:
        uid = _number(name, f"Unable to find user {name}")
    if group:
        known = groups.find(group)
        gid = int(known[2]) if known else _number(group, f"Unable to find group {group}")
    others = () if group or not found else _groups_of(found[0], groups)
    return User(uid, gid, others, found[5] if found else "/")


def _groups_of(name: str, groups: _Known) -> tuple[int, ...]:
    return tuple(int(each[2]) for each in groups.lines if name in each[3].split(","))


def _number(word: str, problem: str) -> int:
    if not word.isdecimal():
        raise DockerError(problem)
    if int(word) > LAST:
        raise DockerError(f"Uids and gids must be in range 0-{LAST}")
    return int(word)


async def _read(path: str) -> _Known:
    try:
        text = await ioutil.read_file(path)
    except KernelError as error:
        if error.errno != errno.ENOENT:
            raise
        return _Known()
    padded = (each.split(":") for each in text.splitlines() if each)
    return _Known([(each + [""] * 7)[: FIELDS[path]] for each in padded])
