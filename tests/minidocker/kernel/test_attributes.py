from acting import boot, directories, refusal, write

from tracer.minidocker import syscall
from tracer.minidocker.kernel.mounts import MountFlag

NAME = "user.note"


def test_an_extended_attribute_is_kept_and_others_are_absent() -> None:
    with boot():
        write("/f", "")
        syscall.lsetxattr("/f", NAME, b"a")
        syscall.lsetxattr("/f", "security.capability", b"\1\2")

        assert syscall.lgetxattr("/f", NAME) == b"a"
        assert syscall.lgetxattr("/f", "security.capability") == b"\1\2"
        assert refusal(syscall.lgetxattr, "/f", "user.other") == "ENODATA"
        assert refusal(syscall.lgetxattr, "/nope", NAME) == "ENOENT"


def test_an_attribute_of_an_unknown_space_is_refused() -> None:
    with boot():
        write("/f", "")

        assert refusal(syscall.lsetxattr, "/f", "note", b"") == "EOPNOTSUPP"


def test_an_attribute_belongs_to_the_link_and_not_to_where_it_leads() -> None:
    with boot():
        write("/f", "")
        syscall.symlink("/f", "/link")
        syscall.lsetxattr("/link", "security.x", b"a")

        assert refusal(syscall.lgetxattr, "/f", "security.x") == "ENODATA"


def test_who_has_no_rights_sets_only_what_belongs_to_users() -> None:
    first = boot()
    with first:
        write("/f", "")
        syscall.chmod("/f", 0o666)
    user = first.fork().become(7)
    with user:
        syscall.lsetxattr("/f", NAME, b"a")

        assert refusal(syscall.lsetxattr, "/f", "security.capability", b"") == "EPERM"
        assert refusal(syscall.lsetxattr, "/f", "trusted.x", b"") == "EPERM"


def test_an_attribute_set_in_a_union_leaves_the_layer_below_as_it_is() -> None:
    with boot():
        directories("/low", "/high", "/mnt")
        write("/low/f", "")
        syscall.mount("none", "/mnt", "aufs", MountFlag(0), "br:/high=rw:/low=ro+wh")
        syscall.lsetxattr("/mnt/f", NAME, b"a")

        assert syscall.lgetxattr("/high/f", NAME) == b"a"
        assert refusal(syscall.lgetxattr, "/low/f", NAME) == "ENODATA"


def test_lchown_changes_the_link_itself() -> None:
    with boot():
        write("/f", "")
        syscall.symlink("/f", "/link")
        syscall.lchown("/link", 3, 4)

        assert (syscall.lstat("/link").uid, syscall.lstat("/link").gid) == (3, 4)
        assert syscall.stat("/f").uid == 0


def test_statfs_tells_the_file_system_that_a_path_lies_in() -> None:
    with boot():
        directories("/tmp")
        before = syscall.statfs("/tmp")
        syscall.mount("none", "/tmp", "tmpfs")

        assert (before, syscall.statfs("/tmp")) == ("ext4", "tmpfs")
        assert refusal(syscall.statfs, "/nope") == "ENOENT"
