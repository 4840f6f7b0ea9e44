"""Programs that print: echo, env, hostname, id, pwd, and those that only end: true, false."""

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.programs.terminal import complain, say


async def echo(argv: list[str], env: dict[str, str]) -> int:
    """Print the arguments; -n without the end of the line."""
    del env
    words, end = (argv[2:], "") if argv[1:2] == ["-n"] else (argv[1:], "\n")
    syscall.write(1, (" ".join(words) + end).encode())
    return 0


async def true(argv: list[str], env: dict[str, str]) -> int:
    """Succeed."""
    del argv, env
    return 0


async def false(argv: list[str], env: dict[str, str]) -> int:
    """Fail."""
    del argv, env
    return 1


async def hostname(argv: list[str], env: dict[str, str]) -> int:
    """Print the host's name, or with an argument change it."""
    del env
    if argv[1:]:
        try:
            syscall.sethostname(argv[1])
        except KernelError as error:
            return complain("hostname", "sethostname", error)
    else:
        say(syscall.uname())
    return 0


async def env_(argv: list[str], env: dict[str, str]) -> int:
    """Print the environment."""
    del argv
    say(*(f"{key}={value}" for key, value in sorted(env.items())))
    return 0


async def pwd(argv: list[str], env: dict[str, str]) -> int:
    """Print the working directory."""
    del argv, env
    say(syscall.getcwd())
    return 0


async def id_(argv: list[str], env: dict[str, str]) -> int:
    """Print user and group, with the names that /etc/passwd gives them."""
    del argv, env
    uid, gid = syscall.getuid(), syscall.getgid()
    try:
        lines = (await ioutil.read_file("/etc/passwd")).splitlines()
    except KernelError:
        lines = []
    users = {fields[2]: fields[0] for line in lines if len(fields := line.split(":")) > 3}  # noqa: PLR2004
    user, group = (f"({users[str(each)]})" if str(each) in users else "" for each in (uid, gid))
    say(f"uid={uid}{user} gid={gid}{group}")
    return 0
