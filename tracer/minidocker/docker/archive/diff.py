"""Lay a layer's archive over a whole tree."""

import posixpath
import tarfile
from io import BytesIO

from tracer.minidocker.docker.archive.archive import (
    create_tar_file,
    decompress_stream,
    make_room,
)
from tracer.minidocker.docker.archive.changes import OF_AUFS, WHITEOUT
from tracer.minidocker.golib import ioutil
from tracer.minidocker.golib.pipe import Reader


async def apply_layer(destination: str, layer: Reader) -> None:
    """Unpack over what is there; a whiteout removes what it names, as no union will hide it."""
    packed = BytesIO(await decompress_stream(layer))
    with tarfile.open(fileobj=packed, mode="r:") as entries:
        for header in entries:
            name = posixpath.normpath(header.name)
            folder, last = posixpath.split(name)
            if name == "." or name.startswith(OF_AUFS):
                continue
            if last.startswith(WHITEOUT):
                gone = posixpath.join(folder, last.removeprefix(WHITEOUT))
                ioutil.remove_all(f"{destination}/{gone}")
                continue
            content = entries.extractfile(header) if header.isreg() else None
            path = make_room(destination, header)
            create_tar_file(path, destination, header, content.read() if content else b"")
