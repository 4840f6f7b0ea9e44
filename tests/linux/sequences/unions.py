"""Union mounts: overlayfs on both kernels, and ours of aufs against overlayfs.

Where a kernel has aufs (ours) the sequences on a *stack* use it; where it has not (the machine's)
overlayfs stands in. These are the known differences, which no such sequence observes:

====================  ==========================  =======================================
what                  aufs                        overlayfs
====================  ==========================  =======================================
whiteout of NAME      an empty file .wh.NAME      a character device 0:0 called NAME
opaque directory      a file .wh..wh..opq in it   an extended attribute of the directory
place for work        in the topmost layer        `workdir`, beside the topmost layer
layers                one list, each rw or ro     `lowerdir` list and one `upperdir`
renamed directory     copied up                   EXDEV unless redirects are on
====================  ==========================  =======================================
"""

from linux.sequence import NEW_FILE, WRITE, attempt, inside, ls, make, put, sequence, text

from tracer.minidocker.kernel.errors import KernelError


def overlay(call, *lower: str) -> None:
    """Mount /upper over lower layers (topmost first) at /m."""
    make(call, "/upper", "/work", "/m")
    options = f"lowerdir={':'.join(lower)},upperdir=/upper,workdir=/work"
    call.mount("overlay", "/m", "overlay", options=options)


def stack(call, *lower: str) -> None:
    """Do the same with aufs where there is one."""
    make(call, "/upper", "/m")
    layers = ":".join(["/upper=rw", *[f"{each}=ro+wh" for each in lower]])
    try:
        call.mount("none", "/m", "aufs", options=f"br:{layers}")
    except KernelError:
        overlay(call, *lower)


@sequence()
async def writing_copies_up(call, observe):
    make(call, "/low/d")
    put(call, "/low/d/f", "old")
    call.chmod("/low/d/f", 0o640)
    call.chown("/low/d/f", 1000, 50)
    call.chmod("/low/d", 0o750)
    overlay(call, "/low")
    await text(call, "/m/d/f")
    observe("reading does not", ls(call, "/upper"))
    put(call, "/m/d/f", "x", WRITE)
    observe("merged", await text(call, "/m/d/f"))
    observe("upper", await text(call, "/upper/d/f"))
    observe("lower", await text(call, "/low/d/f"))
    found = call.stat("/upper/d/f")
    observe("owner and mode", [found.uid, found.gid, oct(found.mode & 0o7777)])
    observe("mode of the directory", oct(call.stat("/upper/d").mode & 0o7777))


@sequence()
async def changing_metadata_copies_up(call, observe):
    make(call, "/low")
    put(call, "/low/f", "abc")
    put(call, "/low/g", "abc")
    overlay(call, "/low")
    call.chmod("/m/f", 0o600)
    observe("chmod", ls(call, "/upper"))
    observe("with the bytes", await text(call, "/upper/f"))
    observe("lower keeps its own", oct(call.stat("/low/f").mode & 0o7777))
    call.chown("/m/g", 7, 7)
    observe("chown", ls(call, "/upper"))
    call.link("/m/g", "/m/h")
    observe("a second name", ls(call, "/m"))


@sequence()
async def removing_leaves_a_whiteout(call, observe):
    make(call, "/low/d")
    put(call, "/low/f", "abc")
    put(call, "/low/d/g")
    overlay(call, "/low")
    call.unlink("/m/f")
    observe("gone", attempt(call.stat, "/m/f"))
    observe("listed", ls(call, "/m"))
    observe("lower", ls(call, "/low"))
    white = call.lstat("/upper/f")
    observe("whiteout", [white.kind, white.node])
    observe("a full directory", attempt(call.rmdir, "/m/d"))
    call.unlink("/m/d/g")
    observe("an emptied one", attempt(call.rmdir, "/m/d"))
    observe("its whiteout", call.lstat("/upper/d").kind)
    put(call, "/m/own")
    call.unlink("/m/own")
    observe("none for one's own", ls(call, "/upper"))
    put(call, "/m/f", "new")
    observe("made again", call.lstat("/upper/f").kind)
    observe("removed twice", [attempt(call.unlink, "/m/f"), attempt(call.unlink, "/m/f")])


@sequence()
async def a_directory_made_again_is_opaque(call, observe):
    make(call, "/low/d/e")
    put(call, "/low/d/f")
    stack(call, "/low")
    call.unlink("/m/d/f")
    call.rmdir("/m/d/e")
    call.rmdir("/m/d")
    call.mkdir("/m/d")
    observe("nothing of the old shows", ls(call, "/m/d"))
    put(call, "/m/d/new")
    observe("new", ls(call, "/m/d"))
    observe("lower", ls(call, "/low/d"))
    observe("a name from below", attempt(call.mkdir, "/m/d/e"))


@sequence()
async def layers_lie_in_order(call, observe):
    for layer in ("top", "middle", "bottom"):
        make(call, f"/{layer}/d")
        put(call, f"/{layer}/f", layer)
        put(call, f"/{layer}/d/{layer}")
    put(call, "/middle/g", "middle")
    put(call, "/bottom/g", "bottom")
    make(call, "/bottom/x")
    put(call, "/middle/x", "a file")
    put(call, "/bottom/y", "a file")
    make(call, "/middle/y/z")
    stack(call, "/top", "/middle", "/bottom")
    observe("topmost", await text(call, "/m/f"))
    observe("topmost that has it", await text(call, "/m/g"))
    observe("directories merge", ls(call, "/m/d"))
    observe("a file hides a directory", call.stat("/m/x").kind)
    observe("a directory hides a file", ls(call, "/m/y"))
    observe("all", ls(call, "/m"))


@sequence()
async def a_stack_changes_only_its_top(call, observe):
    make(call, "/low/etc/deep")
    put(call, "/low/etc/hosts", "old")
    put(call, "/low/etc/deep/f", "abc")
    stack(call, "/low")
    put(call, "/m/etc/hosts", "new")
    put(call, "/m/etc/deep/g", "x")
    call.unlink("/m/etc/deep/f")
    call.mkdir("/m/fresh")
    observe("merged", [ls(call, "/m"), ls(call, "/m/etc"), ls(call, "/m/etc/deep")])
    observe("content", await text(call, "/m/etc/hosts"))
    observe("lower", [ls(call, "/low"), ls(call, "/low/etc/deep")])
    observe("lower content", await text(call, "/low/etc/hosts"))
    observe("upper content", await text(call, "/upper/etc/hosts"))
    observe("upper has what was made", ls(call, "/upper/fresh"))


@sequence()
async def rename_in_a_stack(call, observe):
    make(call, "/low")
    put(call, "/low/a", "a")
    put(call, "/low/b", "b")
    stack(call, "/low")
    call.rename("/m/a", "/m/b")
    observe("listed", ls(call, "/m"))
    observe("content", await text(call, "/m/b"))
    observe("lower", [ls(call, "/low"), await text(call, "/low/b")])
    call.rename("/m/b", "/m/c")
    observe("again", ls(call, "/m"))
    make(call, "/m/d")
    observe("a new directory", attempt(call.rename, "/m/d", "/m/e"))
    observe("over a hidden name", attempt(call.rename, "/m/c", "/m/a"))
    observe("at last", [ls(call, "/m"), await text(call, "/m/a")])


@sequence()
async def what_was_open_before_sees_the_change(call, observe):
    make(call, "/low")
    put(call, "/low/f", "old")
    overlay(call, "/low")
    number = call.open_("/m/f")
    put(call, "/m/f", "new")
    observe("open before", (await call.read(number)).decode())
    observe("opened after", await text(call, "/m/f"))


@sequence()
async def without_an_upper_layer_nothing_changes(call, observe):
    make(call, "/one", "/two", "/m")
    put(call, "/one/f", "one")
    put(call, "/two/g", "two")
    call.mount("overlay", "/m", "overlay", options="lowerdir=/one:/two")
    observe("merged", ls(call, "/m"))
    observe("write", attempt(put, call, "/m/f", "x"))
    observe("make", attempt(call.mkdir, "/m/d"))
    observe("remove", attempt(call.unlink, "/m/g"))


@sequence()
async def overlay_refuses(call, observe):
    make(call, "/low", "/upper", "/work", "/m", "/in/side")
    call.mount("tmpfs", "/in", "tmpfs")
    make(call, "/in/work")

    def tried(options: str) -> str:
        return attempt(call.mount, "overlay", "/m", "overlay", options=options)

    observe("no lower layer", tried("upperdir=/upper,workdir=/work"))
    observe("no place to work", tried("lowerdir=/low,upperdir=/upper"))
    observe("a layer that is not there", tried("lowerdir=/no,upperdir=/upper,workdir=/work"))
    observe("work elsewhere", tried("lowerdir=/low,upperdir=/upper,workdir=/in/work"))
    observe("work in upper", tried("lowerdir=/low,upperdir=/upper,workdir=/upper"))
    observe("one layer alone", tried("lowerdir=/low"))


@sequence()
async def permissions_hold_in_a_stack(call, observe):
    make(call, "/low/d")
    put(call, "/low/d/f", "abc")
    call.chmod("/low/d/f", 0o600)
    make(call, "/upper", "/m")
    for path in ("/", "/low", "/low/d", "/upper", "/m"):
        call.chmod(path, 0o755)
    stack(call, "/low")

    async def other():
        call.setuid(1000)
        observe("read", attempt(call.open_, "/m/d/f"))
        observe("make", attempt(call.open_, "/m/d/g", NEW_FILE))
        observe("remove", attempt(call.unlink, "/m/d/f"))
        observe("list", ls(call, "/m/d"))

    await inside(call, other)


@sequence()
async def a_symbolic_link_in_a_stack(call, observe):
    make(call, "/low")
    put(call, "/low/f", "abc")
    call.symlink("f", "/low/l")
    stack(call, "/low")
    put(call, "/m/l", "new")
    observe("written through", await text(call, "/m/f"))
    observe("still a link", call.readlink("/m/l"))
    observe("what came up", ls(call, "/upper"))
    call.unlink("/m/l")
    observe("removed", ls(call, "/m"))
