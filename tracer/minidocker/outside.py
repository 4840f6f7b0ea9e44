"""The rest of the world: a host in a network namespace of its own, on the other end of eth0.

The machine has 10.0.2.15 and sends what it cannot deliver to the gateway 10.0.2.2. The outside host
has that address and one more, answers HTTP on port 80, is the registry of images on port 443, and
knows no way back to any other network:
what does not come from 10.0.2.15 gets no answer, as on the real Internet. To do something there:
`ip netns exec outside wget -O - http://10.0.2.15:8080/`.
"""

from tracer.minidocker import images, syscall
from tracer.minidocker.golib import goroutine, ioutil
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.kernel.processes import running_process
from tracer.minidocker.programs.inetutils import httpd
from tracer.minidocker.registry import Registry

MACHINE, GATEWAY, ELSEWHERE = "10.0.2.15", "10.0.2.2", "192.0.2.80"
PAGES = "/srv/outside"


async def plug_in() -> None:
    """Start the outside host, lay the cable, and set the machine's end up."""
    ready, told = syscall.pipe()

    async def live() -> None:
        running_process().argv = ["outside-host"]  # as setproctitle(3) would: it is no second init
        syscall.close(told)
        await syscall.read(ready)
        _set_up("uplink", f"{GATEWAY}/24", f"{ELSEWHERE}/32")
        goroutine.start(Registry(images.REPOSITORIES).serve())
        syscall.exit_group(await httpd(["httpd", "-h", PAGES], {}))

    pid = await syscall.clone(Clone.CLONE_NEWNET, live)
    ioutil.make_directories("/var/run/netns")
    syscall.symlink(f"/proc/{pid}/ns/net", "/var/run/netns/outside")
    ioutil.make_directories(PAGES)
    ioutil.write_file(f"{PAGES}/index.html", "hello from outside\n")
    syscall.netlink("RTM_NEWLINK", "eth0", kind="veth", peer="uplink")
    syscall.netlink("RTM_SETLINK", "uplink", netns_pid=pid)
    _set_up("eth0", f"{MACHINE}/24")
    syscall.netlink("RTM_NEWROUTE", "eth0", gateway=GATEWAY)
    syscall.exit_group(0)


def _set_up(name: str, *addresses: str) -> None:
    syscall.netlink("RTM_SETLINK", "lo", up=True)
    for address in addresses:
        syscall.netlink("RTM_NEWADDR", name, address=address)
    syscall.netlink("RTM_SETLINK", name, up=True)
