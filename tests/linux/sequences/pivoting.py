"""pivot_root, done right and wrong."""

from linux.sequence import attempt, inside, ls, make, mount_proc, mounts, put, sequence, spawn

from tracer.minidocker.kernel.mounts import MountFlag
from tracer.minidocker.kernel.namespaces import Clone

BIND, REC, SHARED = MountFlag.MS_BIND, MountFlag.MS_REC, MountFlag.MS_SHARED


def new_root(call) -> None:
    """Make a file system that can be a root, with a place for the old one."""
    make(call, "/new")
    call.mount("tmpfs", "/new", "tmpfs")
    make(call, "/new/old", "/new/sub")
    put(call, "/new/inner")


@sequence()
async def pivot_root_refuses(call, observe):
    new_root(call)
    make(call, "/plain/old", "/outside", "/new/sub/old")
    put(call, "/new/file")
    observe("no mount", attempt(call.pivot_root, "/new/sub", "/new/sub/old"))
    observe("on the root that is", attempt(call.pivot_root, "/plain", "/plain/old"))
    observe("the root that is", attempt(call.pivot_root, "/", "/new/old"))
    observe("old on the root that is", attempt(call.pivot_root, "/new", "/outside"))
    observe("old is the root", attempt(call.pivot_root, "/new", "/"))
    observe("both the root", attempt(call.pivot_root, "/", "/"))
    observe("new is a file", attempt(call.pivot_root, "/new/file", "/new/old"))
    observe("old is a file", attempt(call.pivot_root, "/new", "/new/file"))
    observe("new is nothing", attempt(call.pivot_root, "/no", "/new/old"))
    observe("old is nothing", attempt(call.pivot_root, "/new", "/new/no"))

    make(call, "/other")
    call.mount("tmpfs", "/other", "tmpfs")
    observe("old in another mount", attempt(call.pivot_root, "/new", "/other"))

    async def without_rights():
        call.setuid(1000)
        observe("without rights", attempt(call.pivot_root, "/new", "/new/old"))

    await inside(call, without_rights)


@sequence()
async def pivot_root_refuses_what_is_shared(call, observe):
    new_root(call)
    call.mount("", "/new", "", SHARED)
    observe("a shared new root", attempt(call.pivot_root, "/new", "/new/old"))
    call.mount("", "/new", "", MountFlag.MS_PRIVATE)
    call.mount("", "/", "", SHARED)
    observe("a shared old root", attempt(call.pivot_root, "/new", "/new/old"))
    call.mount("", "/", "", MountFlag.MS_SLAVE)
    observe("slaves are fine", attempt(call.pivot_root, "/new", "/new/old"))


@sequence()
async def pivot_root_exchanges_the_roots(call, observe):
    mount_proc(call)
    new_root(call)
    make(call, "/new/proc", "/outside")
    call.mount("/proc", "/new/proc", "", MountFlag.MS_MOVE)
    call.pivot_root("/new", "/new/old")
    observe("root", ls(call, "/"))
    observe("cwd", call.getcwd())
    observe("the old root", ls(call, "/old"))
    observe("mounts", await mounts(call))
    call.umount2("/old", MountFlag.MNT_DETACH)
    observe("empty", ls(call, "/old"))
    observe("mounts at last", await mounts(call))
    observe("remove", attempt(call.rmdir, "/old"))


@sequence()
async def pivot_root_moves_others_in_the_namespace(call, observe):
    new_root(call)
    gate, opener = call.pipe()
    ready, teller = call.pipe()

    async def at_the_root():
        call.write(teller, b"x")
        await call.read(gate)
        observe("one at the root", ls(call, "/"))
        observe("its cwd", ls(call, "."))

    pid = await spawn(call, at_the_root)
    await call.read(ready)
    call.pivot_root("/new", "/new/old")
    call.write(opener, b"x")
    await call.wait4(pid)


@sequence()
async def pivot_root_leaves_other_namespaces_alone(call, observe):
    new_root(call)

    async def child():
        call.pivot_root("/new", "/new/old")
        observe("inside", ls(call, "/"))

    await inside(call, child, Clone.CLONE_NEWNS)
    observe("outside", ls(call, "/"))


@sequence()
async def a_bind_on_itself_may_become_the_root(call, observe):
    make(call, "/dir/old")
    observe("before", attempt(call.pivot_root, "/dir", "/dir/old"))
    call.mount("/dir", "/dir", "", BIND | REC)
    observe("after", attempt(call.pivot_root, "/dir", "/dir/old"))
    observe("root", ls(call, "/"))
    observe("up", ls(call, "/.."))
    observe("old", ls(call, "/old"))


@sequence()
async def the_old_root_may_go_over_the_new_one(call, observe):
    new_root(call)
    call.chdir("/new")
    observe("in place", attempt(call.pivot_root, ".", "."))
    observe("the old one covers", ls(call, "/.."))
    observe("detach", attempt(call.umount2, ".", MountFlag.MNT_DETACH))
    observe("root", ls(call, "/"))


@sequence()
async def pivot_root_needs_a_root_that_is_a_mount(call, observe):
    make(call, "/jail/new")
    call.mount("tmpfs", "/jail/new", "tmpfs")
    make(call, "/jail/new/old")

    async def prisoner():
        call.chroot("/jail")
        observe("in a chroot", attempt(call.pivot_root, "/new", "/new/old"))

    await inside(call, prisoner)
