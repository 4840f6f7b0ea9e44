from minidocker.kernel.simulate import inside, mount, refusal, run

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil


def test_a_changed_root_hides_what_is_above() -> None:
    async def program() -> None:
        ioutil.make_directories("/jail/inner")
        syscall.chroot("/jail")
        syscall.chdir("/")

        assert syscall.getdents("/") == ["inner"]
        assert syscall.getdents("/..") == ["inner"]
        assert syscall.getdents("..") == ["inner"]

    run(program)


def test_the_working_directory_stays_when_the_root_changes() -> None:
    async def program() -> None:
        ioutil.make_directories("/jail")
        ioutil.make_directories("/outside")
        syscall.chdir("/outside")
        syscall.chroot("/jail")

        assert refusal(syscall.getcwd) == "ENOENT"
        assert syscall.getdents("..") == ["jail", "outside"]

    run(program)


def test_a_second_root_below_lets_a_privileged_process_escape() -> None:
    async def program() -> None:
        ioutil.make_directories("/jail/below")
        syscall.chroot("/jail")
        syscall.chdir("/")
        syscall.chroot("/below")
        syscall.chdir("../../..")
        syscall.chroot(".")

        assert syscall.getdents("/") == ["jail"]

    run(program)


def test_a_root_is_inherited() -> None:
    async def child() -> None:
        assert syscall.getdents("/") == ["inner"]

    async def program() -> None:
        ioutil.make_directories("/jail/inner")
        syscall.chroot("/jail")

        assert await inside(child) == 0

    run(program)


def test_chroot_refuses() -> None:
    async def program() -> None:
        ioutil.write_file("/file", "")

        assert refusal(syscall.chroot, "/nowhere") == "ENOENT"
        assert refusal(syscall.chroot, "/file") == "ENOTDIR"
        syscall.capset(frozenset({"SYS_ADMIN"}))
        assert refusal(syscall.chroot, "/") == "EPERM"

    run(program)


def test_pivot_root_takes_along_who_stands_at_the_old_root() -> None:
    async def program() -> None:
        mount("tmpfs", "/new")
        syscall.mkdir("/new/old")
        ioutil.make_directories("/kept")

        async def child() -> None:
            await syscall.nanosleep(1)
            assert syscall.getcwd() == "/"
            assert syscall.getdents(".") == ["old"]

        async def elsewhere() -> None:
            syscall.chdir("/kept")
            await syscall.nanosleep(1)
            assert syscall.getcwd() == "/old/kept"

        pids = [await syscall.clone(syscall.ANY_KIND, each) for each in (child, elsewhere)]
        syscall.pivot_root("/new", "/new/old")
        for pid in pids:
            assert await syscall.wait4(pid) == (pid, 0)

    run(program)
