import pytest
from minidocker.kernel.simulate import inside, mount, read, refusal, run, write

from tracer.minidocker import syscall
from tracer.minidocker.kernel.cgroups.devices import Rule, Rules, parse_rule
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Open


def hierarchy() -> None:
    mount("cgroup", "/cg", "devices")
    syscall.mkdir("/cg/a")


@pytest.mark.parametrize(
    "text", ["x", "c", "c 1 r", "c 1:3", "c 1:3 x", "c x:3 r", "d 1:3 r", "c 1:-3 r"]
)
def test_nonsense_is_no_rule(text: str) -> None:
    with pytest.raises(KernelError, match="EINVAL"):
        parse_rule(text)


def test_a_star_stands_for_any_number() -> None:
    rules = Rules(everything=False, exceptions=[Rule("c", "136", "*", "rw")])

    assert rules.allows(Rule("c", "136", "4", "r"))
    assert not rules.allows(Rule("c", "136", "4", "m"))
    assert not rules.allows(Rule("b", "136", "4", "r"))
    assert not rules.allows(Rule("c", "137", "4", "r"))


def test_where_everything_is_allowed_an_exception_forbids() -> None:
    rules = Rules()
    rules.change(Rule("c", "1", "3", "w"), allow=False)

    assert rules.allows(Rule("c", "1", "3", "r"))
    assert not rules.allows(Rule("c", "1", "3", "rw"))
    rules.change(Rule("c", "1", "3", "w"), allow=True)
    assert rules.allows(Rule("c", "1", "3", "rw"))


def test_access_to_one_device_adds_up() -> None:
    rules = Rules(everything=False)
    rules.change(Rule("c", "1", "3", "m"), allow=True)
    rules.change(Rule("c", "1", "3", "r"), allow=True)

    assert str(rules) == "c 1:3 rm\n"
    rules.change(Rule("c", "1", "3", "m"), allow=False)
    assert str(rules) == "c 1:3 r\n"


def test_the_list_shows_what_is_allowed() -> None:
    async def program() -> None:
        hierarchy()
        assert await read("/cg/a/devices.list") == "a *:* rwm"
        write("/cg/a/devices.deny", "a")
        assert await read("/cg/a/devices.list") == ""
        write("/cg/a/devices.allow", "c 1:3 rwm")

        assert await read("/cg/a/devices.list") == "c 1:3 rwm"
        assert refusal(write, "/cg/a/devices.allow", "x") == "EINVAL"

    run(program)


def test_a_forbidden_device_can_be_neither_opened_nor_made() -> None:
    async def child() -> None:
        write("/cg/a/tasks", 0)
        syscall.open_("/null")
        syscall.mknod("/null2", "c 1:3")
        assert refusal(syscall.open_, "/zero") == "EPERM"
        assert refusal(syscall.mknod, "/zero2", "c 1:5") == "EPERM"

    async def program() -> None:
        hierarchy()
        syscall.mknod("/null", "c 1:3")
        syscall.mknod("/zero", "c 1:5")
        write("/cg/a/devices.deny", "a")
        write("/cg/a/devices.allow", "c 1:3 rwm")

        assert await inside(child) == 0
        syscall.open_("/zero")

    run(program)


def test_reading_and_writing_are_allowed_apart() -> None:
    async def child() -> None:
        write("/cg/a/tasks", 0)
        syscall.open_("/zero")
        assert refusal(syscall.open_, "/zero", Open.O_WRONLY) == "EPERM"

    async def program() -> None:
        hierarchy()
        syscall.mknod("/zero", "c 1:5")
        write("/cg/a/devices.deny", "c 1:5 w")

        assert await inside(child) == 0

    run(program)


def test_a_group_gets_no_more_than_the_one_above_has() -> None:
    async def program() -> None:
        hierarchy()
        write("/cg/a/devices.deny", "a")
        write("/cg/a/devices.allow", "c 1:3 r")
        syscall.mkdir("/cg/a/b")

        assert await read("/cg/a/b/devices.list") == "c 1:3 r"
        assert refusal(write, "/cg/a/b/devices.allow", "c 1:5 r") == "EPERM"
        assert refusal(write, "/cg/a/b/devices.allow", "a") == "EPERM"
        write("/cg/a/b/devices.allow", "c 1:3 r")

    run(program)


def test_what_is_taken_back_above_is_gone_below() -> None:
    async def child() -> None:
        write("/cg/a/b/tasks", 0)
        assert refusal(syscall.open_, "/zero") == "EPERM"

    async def program() -> None:
        hierarchy()
        syscall.mknod("/zero", "c 1:5")
        syscall.mkdir("/cg/a/b")
        write("/cg/a/devices.deny", "c 1:5 rwm")

        assert await inside(child) == 0
        assert refusal(write, "/cg/a/devices.deny", "a") == "EINVAL"

    run(program)


def test_rules_are_changed_with_a_capability() -> None:
    async def program() -> None:
        hierarchy()
        syscall.capset(frozenset({"DAC_OVERRIDE"}))

        assert refusal(write, "/cg/a/devices.deny", "a") == "EPERM"
        assert refusal(write, "/cg/a/devices.allow", "a") == "EPERM"

    run(program)
