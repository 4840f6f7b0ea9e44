"""The records in which output is kept: one JSON object a line, with stream and time."""

import json
from typing import Any

from tracer.minidocker.docker.pkg.bufreader import BufReader
from tracer.minidocker.golib.pipe import Write
from tracer.minidocker.twin import twin_of


def formatted(record: dict[str, Any], *, times: bool) -> bytes:
    """Turn a record back into what was printed, with the time before it if asked for."""
    before = f"{record['time']} " if times else ""
    return f"{before}{record['log']}".encode()


@twin_of("github.com/docker/docker/pkg/jsonlog.WriteLog")
async def write_log(reader: BufReader, write: Write, *, times: bool) -> None:
    """Print records as they come, until there will be no more."""
    while data := await reader.read():
        for line in data.splitlines():
            write(formatted(json.loads(line), times=times))
