import pytest

from tracer.classroom import sandbox
from tracer.classroom.marking import Mark
from tracer.guide.exercises import breaking
from tracer.guide.exercises.breaking import JAILS
from tracer.guide.exercises.item import Code, Item, Place

PLACE = Place("mount.PivotRoot", 46, "mount/init.go:69")


def item(name: str) -> Item:
    code = Code("dockerinit", PLACE.function, "", "", (PLACE,), name)
    return Item("p.K14.1", "K14", "dockerinit", 46, "Out!", "", code, "", ("", "", ""))


def check(name: str, enter: str, escape: str) -> Mark:
    return sandbox.check(item(name), f"{enter}\n\n{escape}")


def halves(text: str) -> tuple[str, str]:
    enter, _, escape = text.partition("\n\n\nasync def escape")
    return enter, f"async def escape{escape}"


@pytest.mark.parametrize("name", JAILS)
def test_the_weak_jail_lets_the_script_out_and_the_sound_one_does_not(name: str) -> None:
    jail = JAILS[name]

    assert breaking.attempt(jail.enter, jail.escape).brought
    assert not breaking.attempt(jail.sound, jail.escape).brought


@pytest.mark.parametrize("name", JAILS)
def test_no_known_way_leads_out_of_a_sound_jail_and_ordinary_programs_run(name: str) -> None:
    jail = JAILS[name]

    assert not any(breaking.attempt(jail.sound, other.escape).brought for other in JAILS.values())
    assert breaking.attempt(jail.enter, jail.ordinary, wanted=breaking.TOOL).brought
    assert breaking.attempt(jail.sound, jail.ordinary, wanted=breaking.TOOL).brought


@pytest.mark.parametrize("name", JAILS)
def test_the_solution_passes_and_the_starter_fails(name: str) -> None:
    assert sandbox.check(item(name), breaking.solution(name)).right
    started = sandbox.check(item(name), breaking.starter(name))

    assert started.status == "fail"
    assert "NotImplementedError" in started.message


def test_a_jail_left_weak_is_told_with_the_step_and_the_go_line() -> None:
    weak, _ = halves(breaking.starter("changed_root"))
    _, escape = halves(breaking.solution("changed_root"))
    mark = check("changed_root", weak, escape)

    assert mark.message == (
        "From your jail the script still reaches the host's file. "
        "Docker closes it at step 46 (mount/init.go:69)."
    )


def test_a_script_that_spares_the_own_jail_does_not_hide_another_way_out() -> None:
    weak, _ = halves(breaking.starter("changed_root"))
    sparing = (
        "async def escape():\n    mkdir('x')\n    chroot('x')\n    for _ in range(9):\n"
        "        chdir('..')\n    chroot('.')\n    open_('/jail/proc')\n"
        "    return await read(open_('/secret'))\n"
    )
    marked = weak.replace("    chroot", "    rmdir('/jail/proc')\n    chroot")

    assert "changed root" in check("changed_root", marked, sparing).message


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("    pass", "it was never run"),
        ("    unlink('/secret')\n    chdir('/jail')\n    await inside()", "not what it was"),
    ],
)
def test_a_jail_in_which_nothing_runs_is_no_jail(body: str, told: str) -> None:
    _, escape = halves(breaking.solution("changed_root"))
    mark = check("changed_root", f"async def enter(inside):\n{body}", escape)

    assert mark.status == "fail"
    assert told in mark.message


def test_a_jail_without_the_program_s_files_is_no_jail() -> None:
    sound, escape = halves(breaking.solution("changed_root"))
    bound = "mount('/jail', '/jail', '', MountFlag.MS_BIND | MountFlag.MS_REC)"
    empty = sound.replace(bound, "mount('x', '/jail', 'tmpfs')")

    assert "ordinary program fails in your jail: ENOENT" in (
        check("changed_root", empty, escape).message
    )


def test_what_is_the_jail_s_own_is_not_the_host_s_secret() -> None:
    sound, _ = halves(breaking.solution("changed_root"))
    own = "async def escape():\n    return await read(open_('/bin/tool'))\n"

    assert "it returned something else" in check("changed_root", sound, own).message


@pytest.mark.parametrize(
    "text",
    ["", "def broken(:", "async def enter(inside):\n    pass\n", "x = 1\n", "import os\n"],
)
def test_what_is_no_jail_and_script_is_refused(text: str) -> None:
    assert sandbox.check(item("changed_root"), text).status in {"fail", "error"}
