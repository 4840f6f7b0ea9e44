"""The weak jails of the exercises (K14): the same script gets out, and out of the sound one not."""

from linux.sequence import inside, make, mount_proc, put, sequence

from tracer.guide.exercises import breaking
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Open
from tracer.minidocker.kernel.mounts import MountFlag
from tracer.minidocker.kernel.namespaces import Clone

WEAK = {name: breaking.starter(name) for name in breaking.JAILS}
SOUND = {name: breaking.solution(name) for name in breaking.JAILS}
GIVEN = {each.__name__: each for each in (Clone, MountFlag, Open, KernelError)}


def written(call, text: str) -> dict:
    """The functions of a text, over either kernel's calls; the first free descriptor is counted."""
    free = call.open_("/")
    call.close(free)
    names = {name: getattr(call, name) for name in dir(call) if not name.startswith("_")}
    names |= GIVEN
    exec(text.replace("fchdir(3)", f"fchdir({free})"), names)
    return names


async def attempt(call, observe, name: str, *, weak: bool) -> None:
    make(call, "/jail/bin", "/jail/proc")
    put(call, "/secret", "the host's")
    put(call, "/jail/bin/tool", "a tool")
    mount_proc(call)
    escape = written(call, SOUND[name])["escape"]
    enter = written(call, (WEAK if weak else SOUND)[name])["enter"]

    async def script():
        try:
            observe("escape", (await escape()).decode())
        except KernelError as refused:
            observe("escape", refused.name)

    async def prisoner():
        await enter(script)

    await inside(call, prisoner)


@sequence()
async def a_changed_root_is_walked_out_of(call, observe):
    await attempt(call, observe, "changed_root", weak=True)


@sequence()
async def a_pivoted_root_is_not_walked_out_of(call, observe):
    await attempt(call, observe, "changed_root", weak=False)


@sequence()
async def an_open_directory_leads_out(call, observe):
    await attempt(call, observe, "open_directory", weak=True)


@sequence()
async def a_closed_directory_leads_nowhere(call, observe):
    await attempt(call, observe, "open_directory", weak=False)


@sequence()
async def the_host_s_processes_lead_out(call, observe):
    await attempt(call, observe, "shared_pids", weak=True)


@sequence()
async def own_processes_lead_nowhere(call, observe):
    await attempt(call, observe, "shared_pids", weak=False)
