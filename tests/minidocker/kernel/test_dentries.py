import pytest

from tracer.minidocker.kernel.dentries import Dentry, FileSystem
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Directory, File


def tree() -> Dentry:
    root, below = Directory(), Directory()
    root.insert("a", below)
    below.insert("f", File())
    return Dentry("", root)


def found(directory: Dentry, name: str) -> Dentry:
    dentry = directory.look_up(name)
    assert dentry is not None
    return dentry


def test_a_name_looked_up_twice_is_the_same_dentry() -> None:
    root = tree()

    assert root.look_up("a") is root.look_up("a")


def test_a_name_that_is_not_there_has_no_dentry() -> None:
    assert tree().look_up("b") is None


def test_a_file_has_nothing_below_it() -> None:
    file = found(found(tree(), "a"), "f")

    with pytest.raises(KernelError, match="ENOTDIR"):
        file.look_up("x")


def test_a_dentry_knows_its_path() -> None:
    root = tree()

    assert found(found(root, "a"), "f").path_from(root) == "/a/f"
    assert root.path_from(root) == "/"


def test_a_name_that_has_gone_marks_its_dentry() -> None:
    root = tree()
    below = found(root, "a")
    root.directory.remove("a")

    assert root.look_up("a") is None
    assert below.removed


def test_an_inode_that_was_made_anew_is_found_under_the_same_dentry() -> None:
    root = tree()
    below = found(root, "a")
    root.directory.insert("a", Directory())

    assert root.look_up("a") is below
    assert below.directory.names() == []


def test_a_moved_dentry_stays_the_same() -> None:
    root = tree()
    below = found(root, "a")
    root.move("a", root, "b")

    assert (root.below["b"], below.path_from(root)) == (below, "/b")


def test_an_inode_keeps_the_number_that_it_got() -> None:
    root = tree()
    system = FileSystem("tmpfs", "0:2", root)
    below = found(root, "a").inode

    assert (system.number(below), system.number(root.inode), system.number(below)) == (1, 2, 1)
