"""Mounts: what is seen where, and what is refused."""

from linux.programs import NEEDS, TRUE
from linux.sequence import (
    WRITE,
    attempt,
    executable,
    inside,
    ls,
    make,
    mount_proc,
    mounts,
    put,
    sequence,
    spawn,
    text,
)

from tracer.minidocker.kernel.files import Open
from tracer.minidocker.kernel.mounts import MountFlag
from tracer.minidocker.kernel.namespaces import Clone

BIND, REC, MOVE = MountFlag.MS_BIND, MountFlag.MS_REC, MountFlag.MS_MOVE
READ_ONLY, REMOUNT = MountFlag.MS_RDONLY, MountFlag.MS_REMOUNT
SHARED, SLAVE = MountFlag.MS_SHARED, MountFlag.MS_SLAVE
PRIVATE, UNBINDABLE = MountFlag.MS_PRIVATE, MountFlag.MS_UNBINDABLE
NEW_MOUNTS = Clone.CLONE_NEWNS


def tmpfs(call, *points: str) -> None:
    """Mount a new file system at each place, and make the place first."""
    for point in points:
        make(call, point)
        call.mount("tmpfs", point, "tmpfs")


@sequence()
async def mount_refuses(call, observe):
    call.mkdir("/d")
    put(call, "/f")
    observe("nowhere", attempt(call.mount, "tmpfs", "/no", "tmpfs"))
    observe("over a file", attempt(call.mount, "tmpfs", "/f", "tmpfs"))
    observe("unknown kind", attempt(call.mount, "x", "/d", "nosuchfs"))
    observe("bind of nothing", attempt(call.mount, "/no", "/d", "", BIND))
    observe("file over directory", attempt(call.mount, "/f", "/d", "", BIND))
    observe("directory over file", attempt(call.mount, "/d", "/f", "", BIND))
    observe("remount no mount", attempt(call.mount, "", "/d", "", REMOUNT | READ_ONLY))
    observe("propagation of no mount", attempt(call.mount, "", "/d", "", SHARED))
    observe("two propagations", attempt(call.mount, "", "/", "", SHARED | PRIVATE))
    observe("move no mount", attempt(call.mount, "/d", "/d", "", MOVE))

    async def other():
        call.setuid(1000)
        observe("without rights", attempt(call.mount, "tmpfs", "/d", "tmpfs"))
        observe("umount without rights", attempt(call.umount2, "/d"))

    await inside(call, other)


@sequence()
async def a_mount_covers_what_was_there(call, observe):
    call.mkdir("/d")
    put(call, "/d/below")
    number = call.open_("/d/below")
    call.mount("tmpfs", "/d", "tmpfs")
    observe("covered", ls(call, "/d"))
    observe("open file", (await call.read(number)).decode())
    put(call, "/d/one")
    call.mount("tmpfs", "/d", "tmpfs")
    put(call, "/d/two")
    observe("top", ls(call, "/d"))
    call.umount2("/d")
    observe("one less", ls(call, "/d"))
    call.umount2("/d")
    observe("bare", ls(call, "/d"))
    observe("no more", attempt(call.umount2, "/d"))
    observe("nowhere", attempt(call.umount2, "/no"))
    observe("a directory below", attempt(call.umount2, "/d/below"))


@sequence()
async def a_bind_shows_one_file_system_twice(call, observe):
    make(call, "/a/b", "/c", "/d")
    tmpfs(call, "/a/b")
    put(call, "/a/b/inner")
    put(call, "/a/f", "old")
    call.mount("/a", "/c", "", BIND)
    call.mount("/a", "/d", "", BIND | REC)
    put(call, "/c/f", "new")
    observe("one file", await text(call, "/a/f"))
    observe("without the mounts below", ls(call, "/c/b"))
    observe("with them", ls(call, "/d/b"))
    put(call, "/g", "other")
    call.mount("/g", "/a/f", "", BIND)
    observe("a file over a file", await text(call, "/a/f"))
    observe("not where it was bound", await text(call, "/c/f"))
    observe("unlink the place", attempt(call.unlink, "/a/f"))
    observe("unlink the source", attempt(call.unlink, "/g"))
    observe("still there", await text(call, "/a/f"))


@sequence()
async def read_only_is_a_mounts_own(call, observe):
    make(call, "/a", "/b")
    put(call, "/a/f", "abc")
    call.mount("/a", "/b", "", BIND)
    call.mount("", "/b", "", REMOUNT | BIND | READ_ONLY)
    observe("write", attempt(put, call, "/b/f", "x"))
    observe("make", attempt(call.mkdir, "/b/d"))
    observe("make what is there", attempt(call.mkdir, "/b/f"))
    observe("remove", attempt(call.unlink, "/b/f"))
    observe("remove nothing", attempt(call.unlink, "/b/no"))
    observe("mode", attempt(call.chmod, "/b/f", 0o600))
    observe("rename", attempt(call.rename, "/b/f", "/b/g"))
    observe("read", await text(call, "/b/f"))
    observe("the other way in", attempt(put, call, "/a/f", "y"))
    call.mount("", "/b", "", REMOUNT | BIND)
    observe("writable again", attempt(put, call, "/b/f", "z"))


@sequence()
async def a_file_system_may_be_read_only_as_a_whole(call, observe):
    tmpfs(call, "/t")
    call.mkdir("/b")
    call.mount("/t", "/b", "", BIND)
    number = call.open_("/t/f", WRITE | Open.O_CREAT)
    observe("while somebody writes", attempt(call.mount, "", "/t", "", REMOUNT | READ_ONLY))
    call.close(number)
    observe("afterwards", attempt(call.mount, "", "/t", "", REMOUNT | READ_ONLY))
    observe("here", attempt(put, call, "/t/g"))
    observe("and where it is bound", attempt(put, call, "/b/g"))


@sequence()
async def a_busy_mount_stays(call, observe):
    tmpfs(call, "/t")
    call.mkdir("/t/d")
    put(call, "/t/f", "abc")
    number = call.open_("/t/f")
    observe("open file", attempt(call.umount2, "/t"))
    call.close(number)
    call.chdir("/t/d")
    observe("cwd", attempt(call.umount2, "/t"))
    call.chdir("/")
    tmpfs(call, "/t/d")
    observe("mount below", attempt(call.umount2, "/t"))
    call.umount2("/t/d")
    gate, opener = call.pipe()
    ready, teller = call.pipe()

    async def child():
        call.chdir("/t/d")
        call.write(teller, b"x")
        await call.read(gate)

    pid = await spawn(call, child)
    await call.read(ready)
    observe("another's cwd", attempt(call.umount2, "/t"))
    call.write(opener, b"x")
    await call.wait4(pid)
    observe("free", attempt(call.umount2, "/t"))


@sequence()
async def a_lazy_umount_hides_and_waits(call, observe):
    tmpfs(call, "/t", "/t/below")
    put(call, "/t/f", "abc")
    number = call.open_("/t/f")
    call.chdir("/t")
    observe("detach", attempt(call.umount2, "/t", MountFlag.MNT_DETACH))
    observe("gone", ls(call, "/t"))
    observe("open file", (await call.read(number)).decode())
    observe("from within", ls(call, "."))
    observe("below is gone too", ls(call, "below"))


@sequence()
async def mount_points_are_busy(call, observe):
    tmpfs(call, "/m")
    make(call, "/d", "/e")
    put(call, "/f")
    put(call, "/g")
    call.mount("/f", "/g", "", BIND)
    observe("rmdir", attempt(call.rmdir, "/m"))
    observe("rename", attempt(call.rename, "/m", "/x"))
    observe("rename over", attempt(call.rename, "/d", "/m"))
    observe("unlink", attempt(call.unlink, "/g"))
    observe("rename a file over", attempt(call.rename, "/f", "/g"))
    make(call, "/up/m")
    tmpfs(call, "/up/m")
    observe("a directory above", attempt(call.rename, "/up", "/down"))
    put(call, "/down/m/f")
    observe("takes it along", ls(call, "/down/m"))


@sequence()
async def a_place_may_go_away_in_another_namespace(call, observe):
    call.mkdir("/m")
    gate, opener = call.pipe()
    ready, teller = call.pipe()

    async def child():
        call.mount("tmpfs", "/m", "tmpfs")
        put(call, "/m/f")
        call.write(teller, b"x")
        await call.read(gate)
        observe("inside", attempt(call.stat, "/m/f"))

    pid = await spawn(call, child, NEW_MOUNTS)
    await call.read(ready)
    observe("rmdir", attempt(call.rmdir, "/m"))
    call.write(opener, b"x")
    await call.wait4(pid)


@sequence()
async def names_do_not_cross_mounts(call, observe):
    tmpfs(call, "/t")
    make(call, "/a", "/b")
    put(call, "/f")
    put(call, "/a/g")
    call.mount("/a", "/b", "", BIND)
    observe("rename", attempt(call.rename, "/f", "/t/f"))
    observe("link", attempt(call.link, "/f", "/t/f"))
    observe("rename to a bind of the same", attempt(call.rename, "/a/g", "/b/h"))
    observe("link to a bind of the same", attempt(call.link, "/a/g", "/b/h"))
    observe("within one mount", attempt(call.rename, "/b/g", "/b/h"))
    observe("up out of a mount", ls(call, "/t/.."))


@sequence()
async def a_mount_may_be_moved(call, observe):
    tmpfs(call, "/a", "/a/below")
    put(call, "/a/f")
    make(call, "/b", "/a/c")
    observe("under itself", attempt(call.mount, "/a", "/a/c", "", MOVE))
    observe("done", attempt(call.mount, "/a", "/b", "", MOVE))
    observe("there", ls(call, "/b"))
    observe("not here", ls(call, "/a"))
    tmpfs(call, "/s")
    call.mount("", "/s", "", SHARED)
    tmpfs(call, "/s/in")
    observe("out of a shared one", attempt(call.mount, "/s/in", "/a", "", MOVE))


@sequence()
async def a_shared_mount_tells_its_peers(call, observe):
    tmpfs(call, "/s")
    make(call, "/s/one", "/s/two", "/t")
    call.mount("", "/s", "", SHARED)
    call.mount("/s", "/t", "", BIND)

    async def child():
        call.mount("tmpfs", "/s/one", "tmpfs")
        put(call, "/s/one/f")

    await inside(call, child, NEW_MOUNTS)
    observe("out of the namespace", ls(call, "/s/one"))
    observe("and to the bind", ls(call, "/t/one"))
    call.umount2("/t/one")
    observe("umount too", ls(call, "/s/one"))


@sequence()
async def a_slave_hears_and_does_not_tell(call, observe):
    tmpfs(call, "/s")
    make(call, "/s/one", "/s/two")
    call.mount("", "/s", "", SHARED)
    gate, opener = call.pipe()
    ready, teller = call.pipe()

    async def child():
        call.mount("", "/", "", SLAVE | REC)
        call.mount("tmpfs", "/s/one", "tmpfs")
        put(call, "/s/one/f")
        call.write(teller, b"x")
        await call.read(gate)
        observe("hears", ls(call, "/s/two"))

    pid = await spawn(call, child, NEW_MOUNTS)
    await call.read(ready)
    observe("does not tell", ls(call, "/s/one"))
    tmpfs(call, "/s/two")
    put(call, "/s/two/g")
    call.write(opener, b"x")
    await call.wait4(pid)


@sequence()
async def a_private_mount_neither_hears_nor_tells(call, observe):
    tmpfs(call, "/s")
    make(call, "/s/one", "/s/two")
    call.mount("", "/s", "", SHARED)
    gate, opener = call.pipe()
    ready, teller = call.pipe()

    async def child():
        call.mount("", "/", "", PRIVATE | REC)
        tmpfs(call, "/s/one")
        put(call, "/s/one/f")
        call.write(teller, b"x")
        await call.read(gate)
        observe("does not hear", ls(call, "/s/two"))

    pid = await spawn(call, child, NEW_MOUNTS)
    await call.read(ready)
    observe("does not tell", ls(call, "/s/one"))
    tmpfs(call, "/s/two")
    put(call, "/s/two/g")
    call.write(opener, b"x")
    await call.wait4(pid)


@sequence()
async def unbindable_mounts_are_left_out(call, observe):
    tmpfs(call, "/a", "/a/no", "/a/yes")
    make(call, "/b", "/c")
    call.mount("", "/a/no", "", UNBINDABLE)
    observe("itself", attempt(call.mount, "/a/no", "/b", "", BIND))
    observe("above it", attempt(call.mount, "/a", "/c", "", BIND | REC))
    mount_proc(call)
    observe("bound", await mounts(call, "/c"))


@sequence()
async def mountinfo_tells_peer_groups(call, observe):
    mount_proc(call)
    tmpfs(call, "/s", "/p")
    make(call, "/t", "/u")
    call.mount("", "/s", "", SHARED)
    call.mount("/s", "/t", "", BIND)
    call.mount("/s", "/u", "", BIND)
    call.mount("", "/u", "", SLAVE)
    observe("a group and its slave", await mounts(call))
    make(call, "/s/in")
    call.mount("tmpfs", "/s/in", "tmpfs")
    observe("after a mount", await mounts(call))
    call.mount("", "/u", "", SHARED)
    observe("a slave that is shared too", await mounts(call, "/u"))
    call.mount("", "/s", "", PRIVATE)
    observe("one leaves", await mounts(call, "/s"))


@sequence()
async def a_new_namespace_joins_the_peer_groups(call, observe):
    mount_proc(call)
    tmpfs(call, "/s", "/p")
    call.mount("", "/s", "", SHARED)

    async def child():
        observe("copied", await mounts(call))
        call.mount("", "/", "", SLAVE | REC)
        observe("as a slave", await mounts(call))

    await inside(call, child, NEW_MOUNTS)


@sequence()
async def proc_mounts_shows_kinds_and_flags(call, observe):
    mount_proc(call)
    tmpfs(call, "/t")
    make(call, "/b")
    flags = MountFlag.MS_NOSUID | MountFlag.MS_NODEV | MountFlag.MS_NOEXEC
    call.mount("some", "/b", "tmpfs", flags)

    async def line(point: str) -> list[str]:
        lines = (await text(call, "/proc/mounts")).splitlines()
        found = next(each.split() for each in lines if each.split()[1] == point)
        known = {"ro", "rw", "nosuid", "nodev", "noexec"}
        return [found[0], found[2], *[each for each in found[3].split(",") if each in known]]

    observe("plain", await line("/t"))
    observe("restricted", await line("/b"))
    call.mount("", "/t", "", REMOUNT | BIND | READ_ONLY)
    observe("read-only", await line("/t"))


@sequence(NEEDS)
async def noexec_and_nodev_bite(call, observe):
    make(call, "/n")
    call.mount("tmpfs", "/n", "tmpfs", MountFlag.MS_NOEXEC | MountFlag.MS_NODEV)
    executable(call, "/n/true", TRUE)
    call.mknod("/n/null", "c 1:3")
    observe("exec", attempt(call.execve, "/n/true", ["true"], {}))
    observe("device", attempt(call.open_, "/n/null"))
