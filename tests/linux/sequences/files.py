"""Files, directories and links."""

import signal

from linux.sequence import (
    NEW_FILE,
    WRITE,
    attempt,
    attempted,
    inside,
    ls,
    make,
    put,
    sequence,
    text,
)

from tracer.minidocker.kernel.files import Open

READ = Open(0)
NEW_ONLY = Open.O_WRONLY | Open.O_CREAT | Open.O_EXCL


@sequence()
async def open_refuses(call, observe):
    call.mkdir("/d")
    put(call, "/f", "abc")
    observe("nothing there", attempt(call.open_, "/nowhere"))
    observe("write a directory", attempt(call.open_, "/d", WRITE))
    observe("make a directory", attempt(call.open_, "/d", NEW_FILE))
    observe("below a file", attempt(call.open_, "/f/x"))
    observe("a file with a slash", attempt(call.open_, "/f/"))
    observe("must be new", attempt(call.open_, "/f", NEW_ONLY))
    observe("must be a directory", attempt(call.open_, "/f", Open.O_DIRECTORY))
    observe("make below nothing", attempt(call.open_, "/no/x", NEW_FILE))
    observe("a name of 255", attempt(put, call, "/" + "n" * 255))
    observe("a name of 256", attempt(put, call, "/" + "n" * 256))
    observe("no name", attempt(call.open_, ""))


@sequence()
async def descriptors_refuse(call, observe):
    put(call, "/f", "abc")
    number = call.open_("/f")
    observe("write to read", attempt(call.write, number, b"x"))
    observe("truncate to read", attempt(call.ftruncate, number, 1))
    observe("close", attempt(call.close, number))
    observe("close again", attempt(call.close, number))
    observe("read closed", await attempted(call.read(number)))
    number = call.open_("/f", WRITE)
    observe("read to write", await attempted(call.read(number)))
    directory = call.open_("/")
    observe("read a directory", await attempted(call.read(directory)))
    observe("copy of nothing", attempt(call.dup2, 99, 98))
    reader, _ = call.pipe()
    observe("seek in a pipe", attempt(call.lseek, reader, 0))


@sequence()
async def a_descriptor_has_one_offset(call, observe):
    put(call, "/f", "abcdef")
    number = call.open_("/f", Open.O_RDWR)
    call.write(number, b"XY")
    observe("the rest", (await call.read(number)).decode())
    call.dup2(number, 50)
    call.lseek(50, 1)
    observe("shared by dup2", (await call.read(number)).decode())
    observe("at the end", (await call.read(number)).decode())
    call.lseek(number, 8)
    call.write(number, b"z")
    observe("a hole", (await text(call, "/f")).replace("\0", "."))
    call.ftruncate(number, 3)
    observe("shorter", await text(call, "/f"))
    call.ftruncate(number, 5)
    observe("longer", (await text(call, "/f")).replace("\0", "."))
    observe("size", call.stat("/f").size)


@sequence()
async def append_writes_at_the_end(call, observe):
    put(call, "/f", "abc")
    one = call.open_("/f", WRITE | Open.O_APPEND)
    two = call.open_("/f", WRITE | Open.O_APPEND)
    call.write(one, b"1")
    call.write(two, b"2")
    call.lseek(one, 0)
    call.write(one, b"3")
    observe("content", await text(call, "/f"))
    put(call, "/f", "x", WRITE)
    observe("without truncating", await text(call, "/f"))


@sequence()
async def a_file_without_a_name_lives_while_it_is_open(call, observe):
    put(call, "/f", "abc")
    number = call.open_("/f", Open.O_RDWR)
    call.unlink("/f")
    observe("gone", attempt(call.stat, "/f"))
    observe("still read", (await call.read(number)).decode())
    call.write(number, b"d")
    put(call, "/f", "new")
    call.lseek(number, 0)
    observe("another of that name", (await call.read(number)).decode())


@sequence()
async def directories_refuse(call, observe):
    make(call, "/d/below", "/empty")
    put(call, "/f")
    observe("make what is there", attempt(call.mkdir, "/d"))
    observe("make the root", attempt(call.mkdir, "/"))
    observe("make below nothing", attempt(call.mkdir, "/no/x"))
    observe("make below a file", attempt(call.mkdir, "/f/x"))
    observe("remove a full one", attempt(call.rmdir, "/d"))
    observe("remove a file", attempt(call.rmdir, "/f"))
    observe("remove nothing", attempt(call.rmdir, "/no"))
    observe("remove itself", attempt(call.rmdir, "/empty/."))
    observe("remove from below", attempt(call.rmdir, "/d/below/.."))
    observe("remove the root", attempt(call.rmdir, "/"))
    observe("unlink a directory", attempt(call.unlink, "/empty"))
    observe("with a slash", attempt(call.rmdir, "/empty/"))
    observe("list a file", attempt(call.getdents, "/f"))
    observe("links", call.stat("/d").links)


@sequence()
async def rename_replaces(call, observe):
    put(call, "/a", "a")
    put(call, "/b", "b")
    number = call.open_("/b")
    call.rename("/a", "/b")
    observe("content", await text(call, "/b"))
    observe("old name", attempt(call.stat, "/a"))
    observe("the replaced, while open", (await call.read(number)).decode())
    make(call, "/d/x", "/empty", "/full/y")
    observe("over an empty directory", attempt(call.rename, "/d", "/empty"))
    observe("moved", ls(call, "/empty"))
    observe("over a full one", attempt(call.rename, "/empty", "/full"))
    observe("over itself", attempt(call.rename, "/full", "/full"))


@sequence()
async def rename_refuses(call, observe):
    make(call, "/d/below", "/e")
    put(call, "/f")
    observe("nothing", attempt(call.rename, "/no", "/x"))
    observe("file over directory", attempt(call.rename, "/f", "/e"))
    observe("directory over file", attempt(call.rename, "/e", "/f"))
    observe("into itself", attempt(call.rename, "/d", "/d/below/x"))
    observe("over its parent", attempt(call.rename, "/d/below", "/d"))
    observe("the root", attempt(call.rename, "/", "/x"))
    observe("to nowhere", attempt(call.rename, "/f", "/no/x"))
    observe("a dot", attempt(call.rename, "/d/.", "/x"))


@sequence()
async def a_file_may_have_two_names(call, observe):
    put(call, "/a", "abc")
    call.link("/a", "/b")
    observe("links", call.stat("/a").links)
    observe("one file", call.stat("/a").inode == call.stat("/b").inode)
    put(call, "/b", "x")
    observe("content", await text(call, "/a"))
    observe("rename to the other name", attempt(call.rename, "/a", "/b"))
    observe("does nothing", ls(call, "/"))
    call.unlink("/a")
    observe("after unlink", [await text(call, "/b"), call.stat("/b").links])
    call.mkdir("/d")
    observe("a directory", attempt(call.link, "/d", "/e"))
    observe("over a name", attempt(call.link, "/b", "/d"))
    observe("of nothing", attempt(call.link, "/no", "/e"))


@sequence()
async def symbolic_links_are_followed(call, observe):
    make(call, "/d/e")
    put(call, "/d/f", "abc")
    call.symlink("f", "/d/near")
    call.symlink("/d", "/far")
    call.symlink("../d/f", "/d/up")
    call.symlink("/gone", "/dangling")
    observe("text", call.readlink("/d/near"))
    observe("relative to its directory", await text(call, "/d/near"))
    observe("on the way", await text(call, "/far/f"))
    observe("upwards", await text(call, "/far/up"))
    observe("kinds", [call.lstat("/far").kind, call.stat("/far").kind])
    observe("size", call.lstat("/far").size)
    observe("dangling", attempt(call.stat, "/dangling"))
    observe("itself is there", attempt(call.lstat, "/dangling"))
    observe("make through it", attempt(put, call, "/dangling", "new"))
    observe("what was made", await text(call, "/gone"))
    call.chdir("/far/e")
    observe("cwd has no links", call.getcwd())
    call.unlink("/far")
    observe("only the link goes", ls(call, "/d"))


@sequence()
async def symbolic_links_refuse(call, observe):
    call.symlink("/two", "/one")
    call.symlink("/one", "/two")
    put(call, "/f")
    call.symlink("/f", "/0")
    for number in range(1, 42):
        call.symlink(f"/{number - 1}", f"/{number}")
    call.mkdir("/d")
    call.symlink("/d", "/to-d")
    observe("a loop", attempt(call.stat, "/one"))
    observe("a loop on the way", attempt(call.stat, "/one/x"))
    observe("40 links", attempt(call.stat, "/39"))
    observe("41 links", attempt(call.stat, "/40"))
    observe("over a name", attempt(call.symlink, "/x", "/f"))
    observe("read a file as one", attempt(call.readlink, "/f"))
    observe("empty", attempt(call.symlink, "", "/empty"))
    observe("must be new", attempt(call.open_, "/0", NEW_ONLY))
    observe("rmdir", attempt(call.rmdir, "/to-d"))
    observe("mkdir", attempt(call.mkdir, "/to-d"))
    observe("unlink with a slash", attempt(call.unlink, "/to-d/"))
    call.rename("/to-d", "/moved")
    observe("rename moves the link", call.readlink("/moved"))


@sequence()
async def dots_lead_up_to_the_root(call, observe):
    make(call, "/a/b")
    call.chdir("/a/b")
    call.chdir("..")
    observe("up", call.getcwd())
    call.chdir("../../..")
    observe("the root", call.getcwd())
    call.chdir("/a/b")
    call.rmdir("/a/b")
    observe("removed", attempt(call.getcwd))
    observe("list it", attempt(call.getdents, "."))
    observe("make there", attempt(put, call, "x"))
    observe("up from there", attempt(call.stat, "../../a"))
    put(call, "/f")
    observe("to a file", attempt(call.chdir, "/f"))
    observe("to nowhere", attempt(call.chdir, "/no"))


@sequence()
async def a_directory_may_move_under_its_users_feet(call, observe):
    make(call, "/a/b")
    call.chdir("/a/b")
    call.rename("/a", "/c")
    observe("cwd", call.getcwd())
    put(call, "here", "x")
    observe("made", ls(call, "/c/b"))


@sequence()
async def chroot_is_a_root_for_names_only(call, observe):
    make(call, "/jail/inner", "/outside")
    put(call, "/jail/f")

    async def prisoner():
        call.chroot("/jail")
        observe("cwd is still outside", ls(call, "."))
        call.chdir("/")
        observe("root", ls(call, "/"))
        observe("up", ls(call, "/../.."))
        observe("cwd", call.getcwd())
        call.chroot("/inner")
        observe("the cwd is outside", ls(call, "."))
        call.chdir("..")
        observe("escaped", ls(call, "."))
        call.chroot(".")
        observe("the old root", ls(call, "/"))

    await inside(call, prisoner)
    observe("file", attempt(call.chroot, "/jail/f"))
    observe("nothing", attempt(call.chroot, "/no"))
    observe("others see all", ls(call, "/"))


@sequence()
async def a_device_is_a_number(call, observe):
    call.mknod("/null", "c 1:3")
    call.mknod("/zero", "c 1:5")
    number = call.open_("/null", Open.O_RDWR)
    observe("kind", call.stat("/null").kind)
    observe("written", call.write(number, b"abc"))
    observe("read", (await call.read(number)).decode())
    observe("zero gives", (await call.read(call.open_("/zero")))[:2].hex())
    observe("no such device", attempt(call.mknod, "/null", "c 1:3"))
    call.mknod("/nobody", "c 240:77")
    observe("nobody drives it", attempt(call.open_, "/nobody"))
    call.unlink("/null")
    observe("gone", ls(call, "/"))

    async def without_rights():
        call.setuid(1000)
        observe("without rights", attempt(call.mknod, "/x", "c 1:3"))

    await inside(call, without_rights)


@sequence()
async def metadata(call, observe):
    put(call, "/f", "abc")
    call.mkdir("/d", 0o750)
    made = call.stat("/f")
    observe("a new file", [made.kind, oct(made.mode & 0o7777), made.uid, made.gid, made.size])
    observe("a new directory", oct(call.stat("/d").mode & 0o7777))
    call.chmod("/f", 0o4755)
    observe("chmod", oct(call.stat("/f").mode & 0o7777))
    call.chown("/f", 1000, 50)
    found = call.stat("/f")
    observe("chown", [found.uid, found.gid])
    observe("and drops set-uid", oct(found.mode & 0o7777))
    observe("of nothing", attempt(call.chmod, "/no", 0o600))

    async def other():
        call.setgid(5)
        call.setuid(1000)
        put(call, "/d2/own")
        own = call.stat("/d2/own")
        observe("belongs to its maker", [own.uid, own.gid])

    call.mkdir("/d2")
    call.chmod("/d2", 0o777)
    await inside(call, other)


@sequence()
async def a_killed_process_has_written_what_it_wrote(call, observe):
    async def child():
        put(call, "/f", "abc")
        call.kill(call.getpid(), signal.SIGKILL)

    observe("status", await inside(call, child))
    observe("content", await text(call, "/f"))
