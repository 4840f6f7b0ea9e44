import pytest
from acting import boot, directories, finish, read, refusal, write

from tracer.minidocker import syscall
from tracer.minidocker.kernel.files import Open
from tracer.minidocker.kernel.mounts import MountFlag

WRITE, CREATE = Open.O_WRONLY, Open.O_CREAT


def test_a_file_is_made_with_a_mode() -> None:
    with boot():
        syscall.open_("/f", WRITE | CREATE, 0o600)

        assert syscall.stat("/f").mode == 0o600


def test_what_is_there_keeps_its_mode() -> None:
    with boot():
        write("/f", "text")
        syscall.open_("/f", WRITE | CREATE, 0o600)

        assert syscall.stat("/f").mode == 0o644
        assert syscall.stat("/f").size == 4


def test_an_exclusive_open_wants_a_new_name() -> None:
    with boot():
        write("/f")
        syscall.symlink("g", "/l")

        assert refusal(syscall.open_, "/f", WRITE | CREATE | Open.O_EXCL) == "EEXIST"
        assert refusal(syscall.open_, "/l", WRITE | CREATE | Open.O_EXCL) == "EEXIST"


def test_a_file_is_made_where_a_link_leads() -> None:
    with boot():
        syscall.symlink("g", "/l")
        syscall.open_("/l", WRITE | CREATE)

        assert syscall.stat("/g").kind == "file"


@pytest.mark.parametrize(
    ("path", "flags", "error"),
    [
        ("/none", Open(0), "ENOENT"),
        ("/d", WRITE, "EISDIR"),
        ("/d", CREATE, "EISDIR"),
        ("/new/", WRITE | CREATE, "EISDIR"),
        ("/f", Open.O_DIRECTORY, "ENOTDIR"),
        ("/l", Open.O_NOFOLLOW, "ELOOP"),
        ("/pipe", Open(0), "ENXIO"),
    ],
)
def test_open_refuses(path: str, flags: Open, error: str) -> None:
    with boot():
        directories("/d")
        write("/f")
        syscall.symlink("f", "/l")
        syscall.mknod("/pipe", "p")

        assert refusal(syscall.open_, path, flags) == error


def test_what_is_open_for_reading_is_not_written() -> None:
    with boot():
        write("/f")
        number = syscall.open_("/f")

        assert refusal(syscall.write, number, b"x") == "EBADF"
        assert refusal(syscall.ftruncate, number, 0) == "EINVAL"


def test_what_is_open_for_writing_is_not_read() -> None:
    with boot():
        number = syscall.open_("/f", WRITE | CREATE)

        assert refusal(lambda: finish(syscall.read(number))) == "EBADF"


def test_reading_and_writing_share_an_offset() -> None:
    with boot():
        write("/f", "one two")
        number = syscall.open_("/f", Open.O_RDWR)
        syscall.write(number, b"ONE")

        assert finish(syscall.read(number)) == b" two"
        assert finish(syscall.read(number)) == b""
        assert read("/f") == "ONE two"


def test_copies_of_a_descriptor_share_an_offset() -> None:
    with boot():
        number = syscall.open_("/f", WRITE | CREATE)
        syscall.write(number, b"one")
        syscall.write(syscall.dup2(number, 9), b"two")

        assert read("/f") == "onetwo"


def test_appending_writes_at_the_end_whatever_others_do() -> None:
    with boot():
        number = syscall.open_("/f", WRITE | CREATE | Open.O_APPEND)
        write("/f", "other")
        syscall.write(number, b"end")

        assert read("/f") == "otherend"


def test_a_gap_reads_as_zero_bytes() -> None:
    with boot():
        number = syscall.open_("/f", WRITE | CREATE)
        syscall.lseek(number, 2)
        syscall.write(number, b"x")

        assert read("/f") == "\0\0x"


def test_a_length_can_be_set_both_ways() -> None:
    with boot():
        number = syscall.open_("/f", WRITE | CREATE)
        syscall.write(number, b"text")
        syscall.ftruncate(number, 2)

        assert read("/f") == "te"

        syscall.ftruncate(number, 3)

        assert read("/f") == "te\0"


def test_offsets_and_lengths_are_not_negative() -> None:
    with boot():
        number = syscall.open_("/f", WRITE | CREATE)

        assert refusal(syscall.lseek, number, -1) == "EINVAL"
        assert refusal(syscall.ftruncate, number, -1) == "EINVAL"


def test_a_pipe_has_no_offset() -> None:
    with boot():
        reader, _ = syscall.pipe()

        assert refusal(syscall.lseek, reader, 0) == "ESPIPE"


def test_a_removed_file_lives_while_it_is_open() -> None:
    with boot():
        write("/f", "text")
        number = syscall.open_("/f")
        syscall.unlink("/f")

        assert finish(syscall.read(number)) == b"text"
        assert syscall.getdents("/") == []


def test_a_directory_is_opened_but_not_read() -> None:
    with boot():
        number = syscall.open_("/", Open.O_DIRECTORY)

        assert refusal(lambda: finish(syscall.read(number))) == "EISDIR"
        assert refusal(syscall.write, number, b"") == "EBADF"


def test_null_forgets_zero_gives_full_refuses() -> None:
    with boot():
        for name, device in (("null", "c 1:3"), ("zero", "c 1:5"), ("full", "c 1:7")):
            syscall.mknod(f"/{name}", device)
        null, zero = syscall.open_("/null", Open.O_RDWR), syscall.open_("/zero")

        assert syscall.write(null, b"text") == 4
        assert finish(syscall.read(null)) == b""
        assert finish(syscall.read(zero)) == finish(syscall.read(zero)) == bytes(4096)
        assert refusal(syscall.write, syscall.open_("/full", WRITE), b"x") == "ENOSPC"


def test_a_device_is_written_to_through_a_read_only_mount_but_not_through_one_without_devices() -> (
    None
):
    with boot():
        directories("/m")
        syscall.mount("t", "/m", "tmpfs")
        syscall.mknod("/m/null")
        syscall.mount("", "/m", "", MountFlag.MS_REMOUNT | MountFlag.MS_RDONLY)
        syscall.close(syscall.open_("/m/null", WRITE))
        syscall.mount("", "/m", "", MountFlag.MS_REMOUNT | MountFlag.MS_NODEV)

        assert refusal(syscall.open_, "/m/null") == "EACCES"


def test_a_read_only_mount_refuses_to_write_and_to_make() -> None:
    with boot():
        directories("/m")
        syscall.mount("t", "/m", "tmpfs")
        write("/m/f", "text")
        syscall.mount("", "/m", "", MountFlag.MS_REMOUNT | MountFlag.MS_RDONLY)

        assert refusal(syscall.open_, "/m/f", WRITE) == "EROFS"
        assert refusal(syscall.open_, "/m/g", CREATE) == "EROFS"
        assert read("/m/f") == "text"


def test_what_is_open_can_be_described() -> None:
    with boot():
        write("/f", "text")
        syscall.mknod("/null", "c 1:3")
        file, null = syscall.open_("/f"), syscall.open_("/null")
        reader, _ = syscall.pipe()
        one, _ = syscall.socketpair()

        assert (syscall.fstat(file).kind, syscall.fstat(file).size) == ("file", 4)
        assert syscall.fstat(null).node == "c 1:3"
        assert syscall.fstat(reader).kind == "fifo"
        assert syscall.fstat(one).kind == "socket"
        assert refusal(syscall.fstat, 99) == "EBADF"
