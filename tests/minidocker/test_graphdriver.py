from collections.abc import Awaitable, Callable

import pytest
from on_disk import on_machine

from tracer.minidocker import syscall
from tracer.minidocker.docker.archive import archive
from tracer.minidocker.docker.daemon.graphdriver import driver as graphdriver
from tracer.minidocker.docker.daemon.graphdriver import vfs
from tracer.minidocker.docker.daemon.graphdriver.aufs import aufs
from tracer.minidocker.docker.daemon.graphdriver.aufs.aufs import Aufs
from tracer.minidocker.docker.daemon.graphdriver.driver import Driver
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.graph.graph import setup_init_layer
from tracer.minidocker.golib import ioutil
from tracer.minidocker.golib.pipe import Pipe, read_all
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.machine import Machine

ROOT = "/var/lib/docker"


def with_driver(use: Callable[[Driver], Awaitable[object]], name: str = "aufs") -> object:
    """Give a function a driver with three layers: low, high and top."""

    async def run() -> object:
        driver = await graphdriver.get_driver(name, ROOT)
        await driver.create("low", "")
        ioutil.write_file(f"{await driver.get('low')}/a", "low")
        await driver.put("low")
        await driver.create("high", "low")
        await driver.create("top", "high")
        return await use(driver)

    return on_machine(run)


async def change_and_read(driver: Driver) -> list[str]:
    """Change a file in the upper of two layers and read it in both."""
    high = await driver.get("high")
    ioutil.write_file(f"{high}/a", "high")
    low = await driver.get("low")
    return [await ioutil.read_file(f"{place}/a") for place in (high, low)]


@pytest.mark.parametrize("name", ["aufs", "vfs"])
def test_a_change_of_a_layer_leaves_the_one_below_as_it_is(name: str) -> None:
    assert with_driver(change_and_read, name) == ["high", "low"]


def test_a_layer_knows_all_below_it_the_nearest_first() -> None:
    async def use(driver: Driver) -> str:
        return await ioutil.read_file(f"{driver.root}/layers/top")

    assert with_driver(use) == "high\nlow\n"


def test_the_lowest_layer_is_not_mounted() -> None:
    async def use(driver: Driver) -> list[str]:
        return [await driver.get("low"), await driver.get("high")]

    assert with_driver(use) == [f"{ROOT}/aufs/diff/low", f"{ROOT}/aufs/mnt/high"]


async def mount_table() -> list[str]:
    table = await ioutil.read_file("/proc/self/mounts")
    return [line.split()[1] for line in table.splitlines() if " aufs " in line]


def test_a_layer_is_mounted_for_the_first_user_and_unmounted_after_the_last() -> None:
    async def use(driver: Driver) -> list[int]:
        counts = []
        for step in (driver.get, driver.get, driver.put, driver.put):
            await step("high")
            counts.append(len(await mount_table()))
        return counts

    assert with_driver(use) == [1, 1, 1, 0]


def test_the_driver_says_who_uses_a_layer() -> None:
    async def use(driver: Driver) -> dict[str, int]:
        await driver.get("high")
        await driver.get("high")
        return driver.describe()

    assert with_driver(use) == {"high": 2}


def test_a_mount_that_is_left_from_before_is_used_again() -> None:
    async def use(driver: Driver) -> int:
        await driver.get("high")
        await Aufs(driver.root).get("high")
        return len(await mount_table())

    assert with_driver(use) == 1


def test_branches_that_are_too_many_for_one_mount_are_added_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mount = aufs.mount

    def short(*arguments: object) -> None:
        if str(arguments[-1]).count("ro+wh") > 1:
            raise KernelError(7)
        mount(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(aufs, "mount", short)

    async def use(driver: Driver) -> str:
        return await ioutil.read_file(f"{await driver.get('top')}/a")

    assert with_driver(use) == "low"


@pytest.mark.parametrize("name", ["aufs", "vfs"])
def test_a_removed_layer_is_gone(name: str) -> None:
    async def use(driver: Driver) -> list[bool]:
        before = driver.exists("top")
        await driver.get("top")
        await driver.remove("top")
        left = [driver.exists("top"), ioutil.exists(f"{driver.root}/diff/top")]
        return [before, *left]

    assert with_driver(use, name) == [True, False, False]


def test_a_layer_s_own_files_can_be_packed_measured_and_listed() -> None:
    async def use(driver: Driver) -> tuple[int, list[str]]:
        assert isinstance(driver, Aufs)
        high = await driver.get("high")
        syscall.unlink(f"{high}/a")
        ioutil.write_file(f"{high}/b", "four")
        packed = await read_all((await driver.diff("high")).read)
        pipe = Pipe()
        pipe.write(packed)
        pipe.close()
        await driver.apply_diff("top", pipe)
        shown = [f"{each.kind.name} {each.path}" for each in await driver.changes("top")]
        return await driver.diff_size("high"), shown

    assert with_driver(use) == (4, ["D /a", "C /b"])


def test_the_lowest_layer_has_no_changes_to_list() -> None:
    async def use(driver: Driver) -> str:
        assert isinstance(driver, Aufs)
        try:
            await driver.changes("low")
        except DockerError as error:
            return str(error)
        return ""

    assert with_driver(use) == "Dir low does not have any parent layers"


def test_cleanup_unmounts_everything() -> None:
    async def use(driver: Driver) -> list[bool]:
        await driver.get("top")
        await driver.cleanup()
        table = await ioutil.read_file("/proc/self/mounts")
        return [f"{ROOT}/aufs" in table]

    assert with_driver(use) == [False]


def test_the_driver_describes_itself() -> None:
    async def use(driver: Driver) -> list[tuple[str, str]]:
        return driver.status()

    assert with_driver(use) == [("Root Dir", f"{ROOT}/aufs"), ("Dirs", "5")]


def test_the_driver_s_directory_is_a_private_mount() -> None:
    async def use(driver: Driver) -> list[str]:
        table = await ioutil.read_file("/proc/self/mountinfo")
        return [line.split()[6] for line in table.splitlines() if line.split()[4] == driver.root]

    assert with_driver(use) == ["-"]  # no word of propagation before the hyphen


def chosen(wanted: str = "") -> object:
    async def use() -> str:
        try:
            return str(await graphdriver.new(ROOT, wanted))
        except DockerError as error:
            return str(error)

    return on_machine(use)


def test_aufs_is_the_first_choice() -> None:
    assert chosen() == "aufs"


def test_without_aufs_in_the_kernel_the_next_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracer.minidocker.kernel.procfs.KINDS", ("sysfs", "proc"))

    assert chosen() == "vfs"
    assert chosen("aufs") == "AUFS was not found in /proc/filesystems"


def test_on_a_union_aufs_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aufs, "INCOMPATIBLE", ("ext4",))

    assert chosen() == "vfs"


def test_a_wanted_driver_is_taken_or_refused() -> None:
    assert chosen("vfs") == "vfs"
    assert chosen("zfs") == "zfs: driver not supported"


def test_a_name_is_registered_once() -> None:
    with pytest.raises(DockerError, match="already registered vfs"):
        graphdriver.register("vfs", vfs.init)


def test_vfs_copies_links_and_modes() -> None:
    async def use(driver: Driver) -> tuple[str, int]:
        low = await driver.get("low")
        syscall.symlink("a", f"{low}/link")
        ioutil.write_file(f"{low}/tool", "", mode=0o750)
        await driver.create("other", "low")
        other = await driver.get("other")
        return syscall.readlink(f"{other}/link"), int(syscall.stat(f"{other}/tool").mode)

    assert with_driver(use, "vfs") == ("a", 0o750)


def test_vfs_packs_what_differs() -> None:
    machine = Machine()
    machine.run("docker -d -s vfs")
    machine.run("docker pull busybox:latest")
    machine.run("docker run --name work busybox sh -c 'echo new > /etc/motd; rm /etc/group'")

    assert machine.run("docker diff work")[0] == "D /etc/group\nA /etc/motd\n"

    machine.run("docker commit work changed")

    left = machine.run("docker run changed ls /etc")[0].split()

    assert ("motd" in left, "group" in left) == (True, False)
    machine.switch_off()


def test_an_archive_of_nothing_to_close_closes() -> None:
    async def use() -> None:
        await archive.Archive(Pipe()).close()

    assert on_machine(use) is None


def test_an_image_s_links_cannot_lead_mounts_to_the_host() -> None:
    async def use() -> list[str]:
        ioutil.make_directories("/layer/etc")
        syscall.symlink("/host", "/layer/dev")
        ioutil.write_file("/layer/etc/hosts", "of the image")
        setup_init_layer("/layer")
        kinds = [syscall.lstat(f"/layer/{name}").kind for name in ("dev", "etc/hosts", "proc")]
        return [
            *kinds,
            syscall.readlink("/layer/etc/mtab"),
            await ioutil.read_file("/layer/etc/hosts"),
        ]

    assert on_machine(use) == ["directory", "file", "directory", "/proc/mounts", ""]
