"""What is kept is packed with Zstandard (RFC 8878): a third of zlib's time, in less space."""

import sys

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_PACKER = zstd.ZstdCompressor(-1)  # as in `zstd --fast=1`; to make one takes as long as a file


class DamagedError(ValueError):
    """Bytes that nobody packed."""


def packed(content: bytes) -> bytes:
    """Pack some bytes; the same bytes each time."""
    return _PACKER.compress(content, _PACKER.FLUSH_FRAME)


def unpacked(content: bytes, most: int) -> bytes:
    """Unpack some bytes; what would be more than `most` bytes, or lacks its end, is cut.

    Raises:
        DamagedError: they were not packed.

    """
    try:
        return zstd.ZstdDecompressor().decompress(content, most)
    except zstd.ZstdError as error:
        raise DamagedError from error
