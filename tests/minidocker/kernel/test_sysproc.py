from minidocker.kernel.simulate import PROGRAM, forever, inside, refusal, refusal_of, run, spawn

from tracer.minidocker import syscall
from tracer.minidocker.golib import goroutine, ioutil
from tracer.minidocker.kernel.namespaces import Clone


async def nothing() -> None:
    pass


def test_a_child_has_its_parents_user_directory_and_environment() -> None:
    async def child() -> None:
        assert (syscall.getuid(), syscall.getgid(), syscall.getcwd()) == (7, 8, "/a")

    async def program() -> None:
        syscall.mkdir("/a")
        syscall.chdir("/a")
        syscall.setgid(8)
        syscall.setuid(7)

        assert await inside(child) == 0

    run(program)


def test_a_child_s_changes_stay_its_own() -> None:
    async def child() -> None:
        syscall.mkdir("/a")
        syscall.chdir("/a")
        syscall.setuid(7)

    async def program() -> None:
        await inside(child)

        assert (syscall.getcwd(), syscall.getuid()) == ("/", 0)

    run(program)


def test_the_parent_is_known_by_its_pid() -> None:
    async def program() -> None:
        own = syscall.getpid()

        async def child() -> None:
            assert syscall.getppid() == own

        assert await inside(child) == 0

    run(program)


def test_a_parent_outside_of_the_pid_namespace_is_0() -> None:
    async def child() -> None:
        assert (syscall.getpid(), syscall.getppid()) == (1, 0)

    async def program() -> None:
        assert await inside(child, Clone.CLONE_NEWPID) == 0

    run(program)


def test_a_status_is_cut_to_a_byte() -> None:
    async def child() -> None:
        syscall.exit_group(259)

    async def program() -> None:
        assert await inside(child) == 3

    run(program)


def test_a_program_that_returns_has_ended_with_0() -> None:
    async def program() -> None:
        pid = await syscall.clone(Clone(0), nothing)

        assert await syscall.wait4(pid) == (pid, 0)

    run(program)


def test_waiting_for_a_child_that_there_is_not_is_refused() -> None:
    async def program() -> None:
        assert await refusal_of(syscall.wait4(-1)) == "ECHILD"
        assert await refusal_of(syscall.wait4(1)) == "ECHILD"

    run(program)


def test_a_child_is_waited_for_once() -> None:
    async def program() -> None:
        pid = await spawn(nothing)
        await syscall.wait4(pid)

        assert await refusal_of(syscall.wait4(pid)) == "ECHILD"

    run(program)


def test_wnohang_does_not_sleep() -> None:
    async def program() -> None:
        pid = await spawn(forever)

        assert await syscall.wait4(pid, syscall.WNOHANG) == (0, 0)
        syscall.kill(pid, 15)
        assert await syscall.wait4(pid) == (pid, -15)
        assert await refusal_of(syscall.wait4(pid, syscall.WNOHANG)) == "ECHILD"

    run(program)


def test_a_process_group_can_be_waited_for() -> None:
    async def leads() -> None:
        syscall.setsid()

    async def program() -> None:
        leader = await spawn(leads)
        other = await spawn(nothing)

        assert await syscall.wait4(-leader) == (leader, 0)
        assert await syscall.wait4(0) == (other, 0)
        assert await refusal_of(syscall.wait4(-leader)) == "ECHILD"

    run(program)


def test_execve_refuses_what_is_no_program() -> None:
    async def program() -> None:
        ioutil.make_directories("/d")
        ioutil.write_file("/text", "hello")
        if hasattr(syscall, "chmod"):
            syscall.chmod("/text", 0o755)

        assert refusal(syscall.execve, "/nowhere", [], {}) == "ENOENT"
        assert refusal(syscall.execve, "/d", [], {}) == "EACCES"
        assert refusal(syscall.execve, "/text", [], {}) == "ENOEXEC"
        assert refusal(syscall.execve, "/text/x", [], {}) == "ENOTDIR"

    run(program)


def become(argv: list[str]) -> None:
    executable()
    syscall.execve("/program", argv, {})


def executable() -> None:
    if not ioutil.exists("/program"):
        ioutil.write_file("/program", PROGRAM.decode())
        if hasattr(syscall, "chmod"):
            syscall.chmod("/program", 0o755)


def test_execve_ends_the_other_coroutines_of_the_process() -> None:
    heard: list[str] = []

    async def child() -> None:
        async def beside() -> None:
            await syscall.nanosleep(1)
            heard.append("beside")

        goroutine.start(beside())
        become(["x"])

    async def program() -> None:
        pid = await spawn(child)
        await syscall.nanosleep(2)
        syscall.kill(pid, 9)
        await syscall.wait4(pid)

    run(program)

    assert heard == []


def test_a_coroutine_beside_the_first_can_execve() -> None:
    async def child() -> None:
        async def beside() -> None:
            become(["x", "y"])

        goroutine.start(beside())
        await forever()

    async def program() -> None:
        pid = await spawn(child)
        await syscall.nanosleep(1)
        syscall.kill(pid, 15)
        await syscall.wait4(pid)

    assert any(each.call == "execve" and each.result == "0" for each in run(program).events)


def test_end_of_file_comes_when_the_other_side_has_become_a_program() -> None:
    async def program() -> None:
        here, there = syscall.socketpair()

        async def child() -> None:
            syscall.close(here)
            become(["x"])

        pid = await spawn(child)
        syscall.close(there)

        assert await syscall.read(here) == b""
        assert await syscall.wait4(pid, syscall.WNOHANG) == (0, 0)
        syscall.kill(pid, 9)
        await syscall.wait4(pid)

    run(program)


def test_a_running_program_cannot_be_written() -> None:
    async def program() -> None:
        executable()
        pid = await spawn(child)
        await syscall.nanosleep(1)

        assert refusal(ioutil.write_file, "/program", "x") == "ETXTBSY"
        syscall.kill(pid, 9)
        await syscall.wait4(pid)
        ioutil.write_file("/program", "x")

    async def child() -> None:
        become(["x"])

    run(program)


def test_a_session_is_begun_by_a_process_that_leads_no_group() -> None:
    async def child() -> None:
        assert syscall.setsid() == syscall.getpid()
        assert refusal(syscall.setsid) == "EPERM"

    async def program() -> None:
        assert await inside(child) == 0

    run(program)
