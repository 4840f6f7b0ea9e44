from minidocker.kernel.simulate import (
    PROGRAM,
    field,
    forever,
    inside,
    mount,
    read,
    refusal,
    run,
    spawn,
)

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.namespaces import Clone


async def replaced() -> int:
    """Start a child that has become a program."""

    async def child() -> None:
        syscall.execve("/program", ["sleeper", "one"], {"A": "1", "B": "2"})

    mount("proc", "/proc")
    ioutil.write_file("/program", PROGRAM.decode())
    if hasattr(syscall, "chmod"):
        syscall.chmod("/program", 0o755)
    pid = await spawn(child)
    await syscall.nanosleep(1)
    return pid


async def end(pid: int) -> None:
    syscall.kill(pid, 9)
    await syscall.wait4(pid)


def test_command_line_and_environment_are_those_of_execve() -> None:
    async def program() -> None:
        pid = await replaced()

        assert await read(f"/proc/{pid}/cmdline") == "sleeper\0one\0"
        assert await read(f"/proc/{pid}/environ") == "A=1\0B=2\0"
        assert await field(pid, "Name") == await read(f"/proc/{pid}/comm") == "program"
        assert await read(f"/proc/{pid}/exe") == PROGRAM.decode()
        await end(pid)

    run(program)


def test_stat_has_parent_state_and_time_of_start() -> None:
    async def program() -> None:
        await syscall.nanosleep(1.5)
        pid = await replaced()
        before, _, after = (await read(f"/proc/{pid}/stat")).rpartition(")")

        assert before == f"{pid} (program"
        assert after.split()[:4] == ["S", "2", "1", "1"] or after.split()[:2] == ["S", "2"]
        assert after.split()[19] == "150"
        await end(pid)

    run(program)


def test_numbers_are_those_of_the_mounter_s_pid_namespace() -> None:
    async def child() -> None:
        assert await field(3, "NSpid") == "3\t1"
        mount("proc", "/inner")
        assert [each for each in syscall.getdents("/inner") if each.isdecimal()] == ["1"]
        assert await read("/inner/self/comm") == "init"

    async def program() -> None:
        mount("proc", "/proc")

        assert await inside(child, Clone.CLONE_NEWPID) == 0

    run(program)


def test_a_process_without_a_number_has_no_self() -> None:
    async def program() -> None:
        async def child() -> None:
            mount("proc", "/inner")
            await forever()

        pid = await spawn(child, Clone.CLONE_NEWPID)

        assert refusal(syscall.stat, "/inner/self") == "ENOENT"
        await end(pid)

    run(program)


def test_only_the_same_user_may_look_into_a_process() -> None:
    async def program() -> None:
        mount("proc", "/proc")

        async def other() -> None:
            syscall.setuid(7)
            await read("/proc/2/stat")
            for name in ("environ", "ns/net", "fd/0", "cwd/x", "exe"):
                assert refusal(syscall.open_, f"/proc/2/{name}") == "EACCES"

        assert await inside(other) == 0

    run(program)


def test_a_process_that_has_changed_its_user_is_closed_to_that_user() -> None:
    async def child() -> None:
        syscall.setuid(7)
        await forever()

    async def program() -> None:
        mount("proc", "/proc")
        pid = await spawn(child)

        async def other() -> None:
            syscall.setuid(7)
            assert refusal(syscall.open_, f"/proc/{pid}/environ") == "EACCES"
            await read("/proc/self/environ")

        assert await inside(other) == 0
        await end(pid)

    run(program)


def test_descriptors_lead_to_what_is_open() -> None:
    async def program() -> None:
        mount("proc", "/proc")
        ioutil.write_file("/file", "text")
        number = syscall.open_("/file")

        assert str(number) in syscall.getdents("/proc/self/fd")
        assert await read(f"/proc/self/fd/{number}") == "text"

    run(program)


def test_cwd_and_root_lead_to_directories() -> None:
    async def program() -> None:
        mount("proc", "/proc")
        ioutil.make_directories("/a/b")
        syscall.chdir("/a")

        assert syscall.getdents("/proc/self/cwd") == ["b"]
        assert syscall.getdents("/proc/self/root") == ["a", "proc"]

    run(program)


def test_status_shows_what_signals_do() -> None:
    async def handles(signal: int) -> None:
        pass

    async def program() -> None:
        mount("proc", "/proc")
        syscall.sigaction(1, "SIG_IGN")
        syscall.sigaction(10, handles)

        assert int(await field("self", "SigIgn"), 16) == 1
        assert int(await field("self", "SigCgt"), 16) == 1 << 9

    run(program)


def test_users_are_shown_as_the_reader_counts_them() -> None:
    async def program() -> None:
        mount("proc", "/proc")

        async def child() -> None:
            assert await field("self", "Uid") == "65534\t65534\t65534\t65534"

        assert await inside(child, Clone.CLONE_NEWUSER) == 0
        assert await field("self", "Uid") == "0\t0\t0\t0"

    run(program)


def test_groups_of_all_hierarchies_are_listed() -> None:
    async def program() -> None:
        mount("proc", "/proc")
        mount("cgroup", "/cg", "cpu,cpuacct")
        syscall.mkdir("/cg/a")
        ioutil.write_file("/cg/a/tasks", "0", create=False)
        lines = (await read("/proc/self/cgroup")).splitlines()

        assert [line.split(":")[1] for line in lines] == [
            *("memory", "freezer", "devices", "cpuset", "cpu,cpuacct", "blkio", ""),
        ]
        assert "2:cpu,cpuacct:/a" in lines
        assert lines[-1] == "0::/"

    run(program)
