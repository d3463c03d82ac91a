"""Members as one stream, and back."""

import io
import tarfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.base.errors import Refused
from node.db.backup.archive import MEMBER_BYTES_MAX, Unpacker, packed

MEMBERS = [("a.json", b"{}"), ("rows/post/00000000.jsonl", b"x" * 5000), ("empty", b"")]


def unpacked(parts):
    found = []
    unpacker = Unpacker(lambda *member: found.append(member))
    for part in parts:
        unpacker.write(part)
    unpacker.finish()
    return found


@given(st.integers(1, 3000))
def test_members_come_back_however_the_stream_is_cut(size):
    stream = b"".join(packed(MEMBERS, 7))

    assert unpacked(stream[at : at + size] for at in range(0, len(stream), size)) == MEMBERS


def test_the_stream_is_a_tar_that_any_program_reads():
    with tarfile.open(fileobj=io.BytesIO(b"".join(packed(MEMBERS, 7)))) as tar:
        found = [(one.name, tar.extractfile(one).read(), one.mtime) for one in tar]

    assert found == [(*member, 7) for member in MEMBERS]


@given(st.data())
def test_a_stream_that_is_cut_short_is_damaged(data):
    stream = b"".join(packed(MEMBERS, 7))
    left = data.draw(st.integers(0, len(stream) - 1))

    with pytest.raises(Refused, match="damaged"):
        unpacked([stream[:left]])


def test_a_member_that_says_it_is_larger_than_any_is_refused():
    head = tarfile.TarInfo("rows/post/0.jsonl")
    head.size = MEMBER_BYTES_MAX + 1
    stream = zlib.compress(head.tobuf(tarfile.USTAR_FORMAT) + bytes(4096), wbits=31)

    with pytest.raises(Refused, match="damaged"):
        unpacked([stream])
