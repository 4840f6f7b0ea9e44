"""Carry bytes between whoever connects here and a server elsewhere."""

from dataclasses import dataclass, field

from tracer.minidocker import syscall
from tracer.minidocker.golib import goroutine, net
from tracer.minidocker.golib.goroutine import WaitGroup
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.sockets import Address
from tracer.minidocker.twin import twin_of


@dataclass
class TCPProxy:
    """A socket that listens here, and the server there."""

    listener: int
    backend: Address
    closed: bool = field(default=False)

    @twin_of("(*github.com/docker/docker/pkg/proxy.TCPProxy).Run")
    async def run(self) -> None:
        """Take connections for ever; each is carried beside the others."""
        while not self.closed:
            client = await syscall.accept(self.listener)
            goroutine.start(_carry(client, self.backend))

    @twin_of("(*github.com/docker/docker/pkg/proxy.TCPProxy).Close")
    def close(self) -> None:
        """Listen no more."""
        self.closed = True
        syscall.close(self.listener)


@twin_of("github.com/docker/docker/pkg/proxy.NewProxy")
def new_proxy(frontend: Address, backend: Address) -> TCPProxy:
    """Listen at one address for a server at another."""
    return TCPProxy(net.listen(frontend), backend)


async def _carry(client: int, backend: Address) -> None:
    """Dial the server and pump both ways until both sides have said all."""
    try:
        server = await net.dial(backend)
    except KernelError:
        syscall.close(client)
        return
    pumping = WaitGroup()
    for source, target in ((client, server), (server, client)):
        pumping.add()
        goroutine.start(_pump(source, target, pumping))
    await pumping.wait()
    syscall.close(client)
    syscall.close(server)


async def _pump(source: int, target: int, pumping: WaitGroup) -> None:
    try:
        while data := await syscall.read(source):
            syscall.write(target, data)
        syscall.shutdown(target)
    except KernelError:
        pass  # the other side has gone away
    pumping.done()
