from minidocker.kernel.simulate import forever, inside, mount, refusal, refusal_of, run, spawn

from tracer.minidocker import syscall
from tracer.minidocker.golib import goroutine, ioutil
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.kernel.network import NetworkNamespace
from tracer.minidocker.kernel.processes import running_process

UTS, MNT, NET = Clone.CLONE_NEWUTS, Clone.CLONE_NEWNS, Clone.CLONE_NEWNET
PID, USER, NONE = Clone.CLONE_NEWPID, Clone.CLONE_NEWUSER, Clone(0)


async def waiting(flags: Clone, hostname: str = "") -> int:
    """Make a child in new namespaces that waits to be killed."""

    async def child() -> None:
        if hostname:
            syscall.sethostname(hostname)
        await forever()

    return await spawn(child, flags)


async def end(pid: int) -> None:
    syscall.kill(pid, 9)
    await syscall.wait4(pid)


def test_unshare_leaves_the_parent_where_it_was() -> None:
    async def child() -> None:
        syscall.unshare(UTS | MNT)
        syscall.sethostname("inner")
        mount("tmpfs", "/m")
        ioutil.write_file("/m/hidden", "")
        assert syscall.uname() == "inner"

    async def program() -> None:
        await inside(child)

        assert (syscall.uname(), syscall.getdents("/m")) == ("host", [])

    run(program)


def test_unshare_of_pids_is_for_the_children_alone() -> None:
    pids: list[int] = []

    async def child() -> None:
        pids.append(syscall.getpid())

    async def program() -> None:
        pids.append(syscall.getpid())
        syscall.unshare(PID)
        pids.append(syscall.getpid())
        await inside(child)

    run(program)

    assert pids == [2, 2, 1]


def test_pids_cannot_be_unshared_twice() -> None:
    async def nothing() -> None:
        pass

    async def program() -> None:
        syscall.unshare(PID)

        assert refusal(syscall.unshare, PID) == "EINVAL"
        assert await refusal_of(spawn(nothing, PID)) == "EINVAL"

    run(program)


def test_new_namespaces_need_a_capability() -> None:
    async def nothing() -> None:
        pass

    async def program() -> None:
        syscall.setuid(7)

        for flag in (UTS, MNT, NET, PID, Clone.CLONE_NEWIPC):
            assert refusal(syscall.unshare, flag) == "EPERM"
        assert await refusal_of(spawn(nothing, UTS)) == "EPERM"
        syscall.unshare(NONE)

    run(program)


def test_setns_joins_what_a_descriptor_names() -> None:
    async def program() -> None:
        mount("proc", "/proc")
        pid = await waiting(UTS, "inner")
        syscall.setns(syscall.open_(f"/proc/{pid}/ns/uts"), UTS)

        assert syscall.uname() == "inner"
        await end(pid)

    run(program)


def test_a_descriptor_keeps_a_namespace_without_processes() -> None:
    async def program() -> None:
        mount("proc", "/proc")
        pid = await waiting(UTS, "inner")
        number = syscall.open_(f"/proc/{pid}/ns/uts")
        await end(pid)
        syscall.setns(number)

        assert syscall.uname() == "inner"

    run(program)


def test_setns_refuses() -> None:
    async def program() -> None:
        mount("proc", "/proc")
        ioutil.write_file("/file", "")
        uts = syscall.open_("/proc/self/ns/uts")

        assert refusal(syscall.setns, 99, UTS) == "EBADF"
        assert refusal(syscall.setns, syscall.open_("/file"), UTS) == "EINVAL"
        assert refusal(syscall.setns, syscall.pipe()[0], UTS) == "EINVAL"
        assert refusal(syscall.setns, uts, NET) == "EINVAL"
        assert refusal(syscall.setns, syscall.open_("/proc/self/ns/user"), USER) == "EINVAL"
        syscall.setuid(7)
        assert refusal(syscall.setns, uts, UTS) == "EPERM"

    run(program)


def test_setns_of_mounts_needs_to_be_allowed_to_change_the_root() -> None:
    async def program() -> None:
        mount("proc", "/proc")
        number = syscall.open_("/proc/self/ns/mnt")
        syscall.capset(frozenset({"SYS_ADMIN"}))

        assert refusal(syscall.setns, number, MNT) == "EPERM"

    run(program)


def test_setns_of_mounts_goes_to_the_root_there() -> None:
    async def program() -> None:
        mount("proc", "/proc")
        ioutil.make_directories("/a")
        pid = await waiting(MNT)
        syscall.chdir("/a")
        syscall.setns(syscall.open_(f"/proc/{pid}/ns/mnt"), MNT)

        assert syscall.getcwd() == "/"
        await end(pid)

    run(program)


def test_setns_of_pids_is_for_the_children_alone() -> None:
    seen: list[int] = []

    async def child() -> None:
        seen.extend([syscall.getpid(), syscall.getppid()])

    async def program() -> None:
        mount("proc", "/proc")
        pid = await waiting(PID)
        syscall.setns(syscall.open_(f"/proc/{pid}/ns/pid"), PID)
        seen.append(syscall.getpid())
        await inside(child)
        await end(pid)

    run(program)

    assert seen == [2, 2, 0]


def test_setns_leads_only_to_pid_namespaces_further_in() -> None:
    async def program() -> None:
        mount("proc", "/proc")
        outer = syscall.open_("/proc/self/ns/pid")

        async def child() -> None:
            assert refusal(syscall.setns, outer, PID) == "EINVAL"

        assert await inside(child, PID) == 0

    run(program)


def test_setns_leads_back_to_the_own_pid_namespace() -> None:
    seen: list[int] = []

    async def child() -> None:
        seen.append(syscall.getppid())

    async def program() -> None:
        mount("proc", "/proc")
        own = syscall.open_("/proc/self/ns/pid")
        syscall.unshare(PID)
        syscall.setns(own, PID)
        await inside(child)

    run(program)

    assert seen == [2]


def test_anybody_can_make_a_user_namespace_and_others_in_it() -> None:
    async def child() -> None:
        syscall.setuid(7)
        syscall.unshare(USER)
        assert refusal(syscall.sethostname, "x") == "EPERM"
        assert refusal(syscall.mount, "x", "/", "tmpfs") == "EPERM"
        syscall.unshare(UTS | MNT | NET)
        syscall.sethostname("mine")
        syscall.netlink("RTM_SETLINK", "lo", up=True)

    async def program() -> None:
        assert await inside(child) == 0
        assert syscall.uname() == "host"

    run(program)


def test_one_call_can_ask_for_users_and_the_rest() -> None:
    async def child() -> None:
        assert syscall.getpid() == 1
        syscall.sethostname("mine")

    async def program() -> None:
        syscall.setuid(7)

        assert await inside(child, USER | UTS | PID) == 0

    run(program)


def test_the_maker_of_a_user_namespace_may_all_in_it_from_outside() -> None:
    async def program() -> None:
        mount("proc", "/proc")
        syscall.setuid(7)
        syscall.prctl("PR_SET_DUMPABLE", 1)
        pid = await waiting(USER | UTS, "mine")
        number = syscall.open_(f"/proc/{pid}/ns/user")
        uts = syscall.open_(f"/proc/{pid}/ns/uts")

        assert refusal(syscall.setns, uts) == "EPERM"
        syscall.setns(number, USER)
        syscall.setns(uts)
        assert syscall.uname() == "mine"
        await end(pid)

    run(program)


def test_a_user_namespace_is_not_for_a_process_with_several_coroutines() -> None:
    async def program() -> None:
        goroutine.start(syscall.nanosleep(1))

        assert refusal(syscall.unshare, USER) == "EINVAL"

    run(program)


def test_a_user_namespace_is_not_made_in_a_changed_root() -> None:
    async def program() -> None:
        syscall.mkdir("/a")
        syscall.chroot("/a")

        assert refusal(syscall.unshare, USER) == "EPERM"

    run(program)


def test_a_host_s_name_has_at_most_64_letters() -> None:
    async def program() -> None:
        syscall.sethostname("x" * 64)

        assert refusal(syscall.sethostname, "x" * 65) == "EINVAL"

    run(program)


def test_a_network_that_its_last_process_has_left_is_gone() -> None:
    async def program() -> None:
        mount("proc", "/proc")
        first = syscall.open_("/proc/self/ns/net")
        syscall.unshare(NET)
        syscall.unshare(NET)
        assert len(networks()) == 2
        syscall.setns(first)
        assert len(networks()) == 1

    def networks() -> list[NetworkNamespace]:
        return running_process().system.networks

    run(program)
