from tracer.minidocker import syscall
from tracer.minidocker.docker.daemon.graphdriver.aufs import Aufs
from tracer.minidocker.docker.daemon.graphdriver.driver import Driver
from tracer.minidocker.docker.daemon.graphdriver.vfs import Vfs
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.files import Directory
from tracer.minidocker.kernel.kernel import Kernel


async def _fill(driver: Driver) -> None:
    await driver.create("low", "")
    ioutil.write_file(f"{await driver.get('low')}/a", "low")
    await driver.create("high", "low")


def _run(driver_class: type[Driver], home: str) -> list[str]:
    """Change a file in the upper of two layers and read it in both."""
    kernel, read = Kernel(Directory()), []

    async def program() -> None:
        for directory in ("diff", "mnt", "layers", "dir"):
            ioutil.make_directories(f"{home}/{directory}")
        driver = driver_class(home)
        await _fill(driver)
        high = await driver.get("high")
        ioutil.write_file(f"{high}/a", "high")
        read.extend([await ioutil.read_file(f"{high}/a")])
        read.extend([await ioutil.read_file(f"{await driver.get('low')}/a")])
        syscall.exit_group(0)

    kernel.start(program)
    kernel.run()
    return read


def test_both_drivers_leave_the_layer_below_unchanged() -> None:
    assert _run(Aufs, "/aufs") == ["high", "low"]
    assert _run(Vfs, "/vfs") == ["high", "low"]
