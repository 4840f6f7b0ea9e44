import bz2
import gzip
import tarfile
from io import BytesIO

import pytest
from on_disk import on_machine

from tracer.minidocker import syscall
from tracer.minidocker.docker.archive import archive, changes, diff
from tracer.minidocker.docker.archive.changes import Change, ChangeType
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib import ioutil
from tracer.minidocker.golib.pipe import Pipe, read_all
from tracer.minidocker.kernel.errors import KernelError

CAPABILITY = b"\x01\x00\x00\x02\x00\x20\xff"


def piped(data: bytes) -> Pipe:
    pipe = Pipe()
    for start in range(0, len(data), 700):
        pipe.write(data[start : start + 700])
    pipe.close()
    return pipe


def packed(*headers: tarfile.TarInfo, content: bytes = b"") -> bytes:
    data = BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.PAX_FORMAT) as entries:
        for header in headers:
            header.size = len(content) if header.isreg() else 0
            entries.addfile(header, BytesIO(content))
    return data.getvalue()


def entry(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.type, header.linkname = kind, target
    return header


def make_tree() -> None:
    """Make a directory /tree with one of each kind."""
    ioutil.make_directories("/tree/d")
    ioutil.write_file("/tree/d/tool", "run", mode=0o4750)
    syscall.chown("/tree/d/tool", 3, 4)
    syscall.chmod("/tree/d/tool", 0o4750)
    syscall.lsetxattr("/tree/d/tool", "security.capability", CAPABILITY)
    syscall.symlink("d/tool", "/tree/link")
    syscall.mknod("/tree/null", "c 1:3", 0o666)
    syscall.mknod("/tree/pipe", "p", 0o600)


def test_a_copied_tree_keeps_owners_modes_links_devices_and_capabilities() -> None:
    async def use() -> list[object]:
        make_tree()
        await archive.copy_with_tar("/tree", "/copy")
        names = [path.removeprefix("/copy") for path in ioutil.walk("/copy")]
        tool = syscall.stat("/copy/d/tool")
        return [
            names,
            (tool.mode, tool.uid, tool.gid, await ioutil.read_file("/copy/d/tool")),
            syscall.lgetxattr("/copy/d/tool", "security.capability"),
            syscall.readlink("/copy/link"),
            (syscall.lstat("/copy/null").node, syscall.lstat("/copy/pipe").kind),
        ]

    assert on_machine(use) == [
        ["", "/d", "/d/tool", "/link", "/null", "/pipe"],
        (0o4750, 3, 4, "run"),
        CAPABILITY,
        "d/tool",
        ("c 1:3", "fifo"),
    ]


def test_equal_trees_give_equal_bytes() -> None:
    async def use() -> bool:
        make_tree()
        first = await read_all(archive.tar_with_options("/tree").read)
        return first == await read_all(archive.tar_with_options("/tree").read) and len(first) > 1000

    assert on_machine(use)


def test_only_a_directory_can_be_copied() -> None:
    async def use() -> str:
        ioutil.write_file("/file", "")
        try:
            await archive.copy_with_tar("/file", "/copy")
        except DockerError as error:
            return str(error)
        return ""

    assert on_machine(use) == "/file: not a directory"


@pytest.mark.parametrize("pack", [bytes, lambda data: gzip.compress(data, mtime=0)])
def test_the_first_bytes_tell_how_an_archive_is_packed(pack: object) -> None:
    async def use() -> str:
        assert callable(pack)
        data = pack(packed(entry("deep/down/f"), content=b"text"))
        await archive.untar(piped(data), "/place")
        return await ioutil.read_file("/place/deep/down/f")

    assert on_machine(use) == "text"


def test_bzip2_is_unpacked_too() -> None:
    async def use() -> bytes:
        return await archive.decompress_stream(piped(bz2.compress(b"text")))

    assert on_machine(use) == b"text"


def test_directories_are_merged_and_other_things_replaced() -> None:
    async def use() -> list[object]:
        ioutil.make_directories("/place/d/old")
        ioutil.write_file("/place/f", "old and long")
        ioutil.make_directories("/place/g/was")
        headers = (entry("d/", tarfile.DIRTYPE), entry("f"), entry("g"))
        await archive.untar(piped(packed(*headers, content=b"new")), "/place")
        texts = [await ioutil.read_file(f"/place/{name}") for name in "fg"]
        return [syscall.getdents("/place/d"), *texts]

    assert on_machine(use) == [["old"], "new", "new"]


def test_a_hard_link_is_one_file_with_two_names() -> None:
    async def use() -> int:
        headers = (entry("a"), entry("b", tarfile.LNKTYPE, "a"))
        await archive.untar(piped(packed(*headers, content=b"x")), "/place")
        return syscall.stat("/place/a").links

    assert on_machine(use) == 2


def test_an_unknown_kind_of_entry_is_refused() -> None:
    async def use() -> str:
        try:
            await archive.untar(piped(packed(entry("odd", b"Z"))), "/place")
        except DockerError as error:
            return str(error)
        return ""

    assert "Unhandled tar header type" in on_machine(use)


def test_a_file_that_is_gone_while_packing_is_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    walk = ioutil.walk

    def walk_and_more(root: str) -> list[str]:
        return [*walk(root), f"{root}/gone"]

    async def use() -> list[str]:
        ioutil.make_directories("/tree/d")
        data = BytesIO(await read_all(archive.tar_with_options("/tree").read))
        return tarfile.open(fileobj=data).getnames()

    monkeypatch.setattr(ioutil, "walk", walk_and_more)

    assert on_machine(use) == [".", "d"]


def test_changes_are_read_off_the_branches_of_a_union() -> None:
    async def use() -> list[str]:
        for path in ("low/etc/x", "low/bin", "own/etc/x", "own/new"):
            ioutil.make_directories(f"/{path}")
        for path in ("low/etc/old", "low/bin/sh", "own/bin", "own/etc/.wh.old"):
            if not ioutil.exists(f"/{path}"):
                ioutil.write_file(f"/{path}", "")
        ioutil.write_file("/own/etc/x/f", "")
        ioutil.write_file("/own/.wh..wh.aufs", "")
        ioutil.write_file("/own/new/.wh..wh..opq", "")
        return [f"{each.kind.name} {each.path}" for each in changes.changes(["/low"], "/own")]

    assert on_machine(use) == [
        "C /bin",
        "C /etc",
        "D /etc/old",
        "C /etc/x",
        "A /etc/x/f",
        "A /new",
    ]


def test_a_directory_that_only_leads_to_a_change_is_not_listed() -> None:
    async def use() -> list[Change]:
        ioutil.make_directories("/low/a/b")
        ioutil.write_file("/low/a/b/f", "")
        ioutil.make_directories("/own/a/b")
        ioutil.write_file("/own/a/b/f", "changed")
        return changes.changes(["/low"], "/own")

    assert on_machine(use) == [Change("/a/b/f", ChangeType.C)]


def test_a_directory_whose_mode_was_changed_is_listed() -> None:
    async def use() -> list[Change]:
        ioutil.make_directories("/low/a")
        ioutil.make_directories("/own/a")
        syscall.chmod("/own/a", 0o700)
        return changes.changes(["/low"], "/own")

    assert on_machine(use) == [Change("/a", ChangeType.C)]


async def two_trees() -> list[Change]:
    """Make two trees, and say what differs."""
    for tree in ("/old", "/new"):
        ioutil.make_directories(f"{tree}/same")
        ioutil.write_file(f"{tree}/text", tree)
        ioutil.write_file(f"{tree}/mode", "")
        syscall.symlink(tree, f"{tree}/link")
        syscall.symlink("to", f"{tree}/same/link")
        syscall.mknod(f"{tree}/node", "c 1:3")
    syscall.chmod("/new/mode", 0o600)
    ioutil.make_directories("/old/gone/with/all")
    ioutil.write_file("/new/added", "12345")
    return await changes.changes_dirs("/new", "/old")


def test_two_trees_are_compared_by_what_a_user_could_change() -> None:
    shown = [f"{each.kind.name} {each.path}" for each in on_machine(two_trees)]

    assert shown == ["A /added", "D /gone", "C /link", "C /mode", "C /text"]


def test_the_size_of_changes_is_that_of_the_files_that_are_left() -> None:
    async def use() -> int:
        return changes.changes_size("/new", await two_trees())

    assert on_machine(use) == len("12345") + len("/new") * 2


def test_what_differs_makes_the_one_tree_of_the_other() -> None:
    async def use() -> list[Change]:
        packed_changes = changes.export_changes("/new", await two_trees())
        await diff.apply_layer("/old", packed_changes)
        return await changes.changes_dirs("/new", "/old")

    assert on_machine(use) == []


def test_files_of_aufs_itself_are_not_laid_over_a_tree() -> None:
    async def use() -> list[str]:
        data = packed(entry(".wh..wh.plnk/1"), entry("f"))
        await diff.apply_layer("/place", piped(data))
        return syscall.getdents("/place")

    assert on_machine(use) == ["f"]


def test_a_node_that_cannot_be_made_stops_the_unpacking() -> None:
    async def use() -> str:
        ioutil.make_directories("/place")
        syscall.mount("none", "/place", "tmpfs")
        header = entry("b", tarfile.LNKTYPE, "missing")
        try:
            await archive.untar(piped(packed(header)), "/place")
        except KernelError as error:
            return error.name
        return ""

    assert on_machine(use) == "ENOENT"
