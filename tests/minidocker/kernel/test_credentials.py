from minidocker.kernel.simulate import PROGRAM, field, inside, mount, refusal, run, spawn

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.processes import CAPABILITIES


def test_with_uid_0_go_all_capabilities() -> None:
    async def program() -> None:
        syscall.setgid(8)
        syscall.setuid(7)

        assert (syscall.getuid(), syscall.getgid()) == (7, 8)
        assert refusal(syscall.setuid, 0) == "EPERM"
        assert refusal(syscall.setgid, 0) == "EPERM"
        assert refusal(syscall.setgroups, ()) == "EPERM"
        syscall.setuid(7)
        syscall.setgid(8)

    run(program)


def test_kept_capabilities_are_permitted_but_not_effective() -> None:
    async def program() -> None:
        syscall.prctl("PR_SET_KEEPCAPS", 1)
        syscall.setuid(7)

        assert refusal(syscall.sethostname, "x") == "EPERM"
        syscall.capset(frozenset({"SYS_ADMIN"}))
        syscall.sethostname("x")
        assert refusal(syscall.capset, frozenset({"KILL"})) == "EPERM"

    run(program)


def test_execve_gives_root_what_the_bounding_set_has() -> None:
    async def child() -> None:
        syscall.prctl("PR_CAPBSET_DROP", "SYS_ADMIN")
        syscall.sethostname("still")
        syscall.capset(frozenset())
        syscall.execve("/program", ["x"], {})

    async def program() -> None:
        mount("proc", "/proc")
        write_program()
        pid = await spawn(child)
        await syscall.nanosleep(1)

        assert await field(pid, "CapEff") == await field(pid, "CapBnd") != "0" * 16
        assert int(await field(pid, "CapEff"), 16) >> 21 & 1 == 0
        assert int(await field(pid, "CapEff"), 16) >> 5 & 1 == 1
        syscall.kill(pid, 9)
        await syscall.wait4(pid)

    run(program)


def test_execve_gives_others_nothing() -> None:
    async def child() -> None:
        syscall.prctl("PR_SET_KEEPCAPS", 1)
        syscall.setuid(7)
        syscall.capset(CAPABILITIES)
        syscall.execve("/program", ["x"], {})

    async def program() -> None:
        mount("proc", "/proc")
        write_program()
        pid = await spawn(child)
        await syscall.nanosleep(1)

        assert await field(pid, "CapPrm") == await field(pid, "CapEff") == "0" * 16
        syscall.kill(pid, 9)
        await syscall.wait4(pid)

    run(program)


def write_program() -> None:
    ioutil.write_file("/program", PROGRAM.decode())
    if hasattr(syscall, "chmod"):
        syscall.chmod("/program", 0o755)


def test_dropping_from_the_bounding_set_needs_a_capability() -> None:
    async def program() -> None:
        syscall.capset(frozenset({"SYS_ADMIN"}))

        assert refusal(syscall.prctl, "PR_CAPBSET_DROP", "KILL") == "EPERM"

    run(program)


def test_prctl_refuses_nonsense() -> None:
    async def program() -> None:
        assert refusal(syscall.prctl, "PR_NONSENSE", 1) == "EINVAL"
        assert refusal(syscall.prctl, "PR_CAPBSET_DROP", "NONSENSE") == "EINVAL"
        assert refusal(syscall.prctl, "PR_SET_KEEPCAPS", 2) == "EINVAL"
        assert refusal(syscall.prctl, "PR_SET_PDEATHSIG", 65) == "EINVAL"

    run(program)


def test_a_name_has_at_most_15_letters() -> None:
    async def program() -> None:
        mount("proc", "/proc")
        syscall.prctl("PR_SET_NAME", "x" * 20)

        assert await field("self", "Name") == "x" * 15

    run(program)


def test_the_signal_at_the_parent_s_death_is_forgotten_with_the_user() -> None:
    async def program() -> None:
        heard, teller = syscall.pipe()

        async def grandchild() -> None:
            syscall.prctl("PR_SET_PDEATHSIG", 9)
            syscall.setuid(7)
            await syscall.nanosleep(1)
            syscall.write(teller, b"lives")

        async def child() -> None:
            await spawn(grandchild)

        await inside(child)

        assert await syscall.read(heard) == b"lives"

    run(program)


def test_the_signal_at_the_parent_s_death_can_be_asked_for() -> None:
    async def program() -> None:
        assert syscall.prctl("PR_GET_PDEATHSIG", 0) == 0
        syscall.prctl("PR_SET_PDEATHSIG", 9)
        assert syscall.prctl("PR_GET_PDEATHSIG", 0) == 9

    run(program)
