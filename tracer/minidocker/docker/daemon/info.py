"""What the daemon has, in numbers and names."""

from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.engine import Env, Job
from tracer.minidocker.docker.pkg import kernel, operatingsystem
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/daemon.Daemon).CmdInfo")
async def cmd_info(daemon: Daemon, job: Job) -> None:
    """Answer the job "info"; forwarding is always said to be on, as nobody has looked."""
    images = await daemon.graph.map()
    listeners = job.engine.job("subscribers_count")
    await listeners.run()
    values = Env(
        Containers=len(daemon.containers),
        Images=len(images),
        Driver=str(daemon.layers),
        DriverStatus=[],
        MemoryLimit=daemon.can.memory_limit,
        SwapLimit=daemon.can.swap_limit,
        IPv4Forwarding=True,
        NEventsListener=listeners.answer()["count"],
        ExecutionDriver=await daemon.driver.name(),
        KernelVersion=str(await kernel.get_kernel_version()),
        OperatingSystem=await operatingsystem.get_operating_system(),
    )
    values.write_to(job.output)
