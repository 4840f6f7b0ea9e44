"""What the client makes of the daemon's messages."""

import json

from tracer.minidocker import syscall
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib.pipe import Reader
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/docker/utils.DisplayJSONMessagesStream")
async def display_json_messages_stream(messages: Reader, output: int) -> None:
    """Print each message when it arrives.

    A terminal would show one line for each id and write over it; this console only goes on, so
    bars that grow are left out.
    """
    waiting = b""
    while piece := await messages.read():
        *complete, waiting = (waiting + piece).split(b"\r\n")
        for line in complete:
            _display(json.loads(line), output)


def _display(message: dict[str, str], output: int) -> None:
    if "error" in message:
        raise DockerError(message["error"])
    if not message.get("progressDetail"):
        label = f"{message['id']}: " if "id" in message else ""
        syscall.write(output, f"{label}{message['status']}\n".encode())
