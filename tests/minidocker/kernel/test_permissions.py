import pytest
from acting import Actor, boot, directories, read, refusal, write

from tracer.minidocker import syscall
from tracer.minidocker.kernel.files import Open
from tracer.minidocker.kernel.mounts import MountFlag

USER, FRIEND = 7, 8


def user() -> Actor:
    """A user without rights beside root, who owns /home and has a file of root's before them."""
    first = boot()
    with first:
        directories("/home", "/tmp")
        syscall.chown("/home", USER, USER)
        syscall.chmod("/tmp", 0o1777)
        write("/f", "text")
    return first.fork().become(USER)


def as_root(actor: Actor) -> Actor:
    return Actor(actor.kernel, actor.kernel.first)


@pytest.mark.parametrize(
    ("mode", "owner", "group", "allowed"),
    [
        (0o400, USER, 0, True),
        (0o044, USER, USER, False),
        (0o040, 0, USER, True),
        (0o404, 0, USER, False),
        (0o004, 0, 0, True),
        (0o440, 0, 0, False),
    ],
)
def test_the_bits_of_the_nearest_class_alone_decide(
    mode: int, owner: int, group: int, *, allowed: bool
) -> None:
    actor = user()
    with as_root(actor):
        syscall.chmod("/f", mode)
        syscall.chown("/f", owner, group)
    with actor:
        if allowed:
            assert read("/f") == "text"
        else:
            assert refusal(syscall.open_, "/f") == "EACCES"


def test_a_supplementary_group_counts() -> None:
    actor = user()
    with as_root(actor):
        syscall.chmod("/f", 0o040)
        syscall.chown("/f", 0, FRIEND)
    actor.process.groups = (FRIEND,)
    with actor:
        assert read("/f") == "text"


def test_root_needs_no_bits_but_to_execute() -> None:
    with boot():
        write("/f", "text")
        syscall.chmod("/f", 0)

        assert read("/f") == "text"
        assert refusal(syscall.execve, "/f", [], {}) == "EACCES"

        syscall.chmod("/f", 0o001)

        assert refusal(syscall.execve, "/f", [], {}) == "ENOEXEC"


def test_root_without_the_capability_has_the_rights_of_others() -> None:
    actor = boot()
    with actor:
        write("/f")
        syscall.chown("/f", USER, USER)
        syscall.chmod("/f", 0o600)
    actor.process.capabilities -= {"DAC_OVERRIDE"}
    with actor:
        assert refusal(syscall.open_, "/f") == "EACCES"


def test_a_directory_is_searched_only_with_the_bit_for_it() -> None:
    actor = user()
    with as_root(actor):
        write("/home/f")
        syscall.chown("/home", 0, 0)
        syscall.chmod("/home", 0o744)
    with actor:
        assert syscall.getdents("/home") == ["f"]
        assert refusal(syscall.stat, "/home/f") == "EACCES"
        assert refusal(syscall.chdir, "/home") == "EACCES"
    with as_root(actor):
        syscall.chmod("/home", 0o711)
    with actor:
        assert syscall.stat("/home/f").kind == "file"
        assert refusal(syscall.getdents, "/home") == "EACCES"


def test_names_are_changed_only_in_a_directory_that_one_may_write() -> None:
    with user():
        assert refusal(syscall.mkdir, "/x") == "EACCES"
        assert refusal(syscall.unlink, "/f") == "EACCES"
        assert refusal(syscall.rename, "/home", "/x") == "EACCES"
        assert refusal(syscall.open_, "/x", Open.O_CREAT | Open.O_WRONLY) == "EACCES"

        syscall.mkdir("/home/x")


def test_a_directory_that_one_may_not_write_is_renamed_in_place_but_not_moved() -> None:
    actor = user()
    with as_root(actor):
        directories("/home/root", "/home/x")
        syscall.chown("/home/x", USER, USER)
    with actor:
        syscall.rename("/home/root", "/home/r")

        assert refusal(syscall.rename, "/home/r", "/home/x/r") == "EACCES"


def test_in_a_sticky_directory_others_names_stay() -> None:
    actor = user()
    with as_root(actor):
        write("/tmp/root")
    with actor:
        write("/tmp/mine")
        syscall.unlink("/tmp/mine")

        assert refusal(syscall.unlink, "/tmp/root") == "EPERM"
        assert refusal(syscall.rename, "/tmp/root", "/tmp/x") == "EPERM"


def test_only_the_owner_changes_the_mode() -> None:
    with user():
        syscall.chmod("/home", 0o700)

        assert refusal(syscall.chmod, "/f", 0o777) == "EPERM"


def test_an_owner_cannot_give_a_file_away_but_to_an_own_group() -> None:
    actor = user()
    actor.process.groups = (FRIEND,)
    with actor:
        syscall.chown("/home", -1, FRIEND)

        assert refusal(syscall.chown, "/home", FRIEND, -1) == "EPERM"
        assert refusal(syscall.chown, "/home", -1, 0) == "EPERM"
        assert refusal(syscall.chown, "/f", USER, -1) == "EPERM"


def test_a_second_name_is_refused_for_what_one_may_not_write() -> None:
    with user():
        assert refusal(syscall.link, "/f", "/home/f") == "EPERM"


def test_a_device_node_needs_a_capability_and_a_pipe_does_not() -> None:
    with user():
        syscall.mknod("/home/p", "p")

        assert refusal(syscall.mknod, "/home/null") == "EPERM"


def test_nothing_is_executed_from_a_mount_that_says_so() -> None:
    with boot():
        directories("/m")
        syscall.mount("t", "/m", "tmpfs", MountFlag.MS_NOEXEC)
        write("/m/f")
        syscall.chmod("/m/f", 0o755)

        assert refusal(syscall.execve, "/m/f", [], {}) == "EACCES"
        assert refusal(syscall.execve, "/m", [], {}) == "EACCES"
