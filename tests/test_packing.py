"""What was packed comes back; what was not is no answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracer.packing import DamagedError, packed, unpacked


@given(st.binary())
def test_what_is_packed_comes_back(content: bytes) -> None:
    assert unpacked(packed(content), len(content)) == content


def test_the_same_bytes_are_packed_alike() -> None:
    assert packed(b"abc" * 1_000) == packed(b"abc" * 1_000)


def test_no_more_is_unpacked_than_is_asked_for() -> None:
    assert unpacked(packed(bytes(100_000_000)), 1_000) == bytes(1_000)


@pytest.mark.parametrize("content", [b"no zstd", b"\x28\xb5\x2f\xfd" + b"\xff" * 99])
def test_what_nobody_packed_is_damaged(content: bytes) -> None:
    with pytest.raises(DamagedError):
        unpacked(content, 1_000)


def test_what_is_cut_has_no_end() -> None:
    whole = packed(b"abcdefgh" * 1_000)
    assert len(unpacked(whole[: len(whole) // 2], 10_000)) < 8_000
