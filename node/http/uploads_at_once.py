"""How much is uploaded at once: by everybody, and by each member.

Whoever sends slowly holds what they have sent and a place among many, so that nobody waits for
them; and no member holds more than one form may have.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from node.base.errors import Busy
from node.pictures.forms import UPLOAD_BYTES_MAX

FILES_MAX = 4
TEXT_BYTES_MAX = 1_048_576
BODY_BYTES_MAX = FILES_MAX * UPLOAD_BYTES_MAX + TEXT_BYTES_MAX

AT_ONCE_MAX = 64
EACH_AT_ONCE_MAX = 4
HELD_BYTES_MAX = 2 * BODY_BYTES_MAX
MANY = "Many pictures are being sent just now. Try again in a moment."
YOURS = "You are sending many pictures already. Wait until they are there, and try again."
RETRY_AFTER_S = 10
VISITORS = 0
"""Whose share all have who are not signed in; no account has that id."""


@dataclass
class Uploads:
    """What is being read just now: how many uploads of each member, and how many bytes of each."""

    open: Counter[int] = field(default_factory=Counter)
    held: Counter[int] = field(default_factory=Counter)

    @contextmanager
    def reading(self, member_id: int) -> Iterator["Reading"]:
        """Read one upload of a member; what it held is free at the end.

        Raises:
            Busy: too many are being read, or too many of theirs.
        """
        if self.open[member_id] >= EACH_AT_ONCE_MAX:
            raise Busy(YOURS, retry_after_s=RETRY_AFTER_S)
        if self.open.total() >= AT_ONCE_MAX:
            raise Busy(MANY, retry_after_s=RETRY_AFTER_S)
        self.open[member_id] += 1
        reading = Reading(self, member_id)
        try:
            yield reading
        finally:
            self.open -= Counter({member_id: 1})
            self.held -= Counter({member_id: reading.bytes})


@dataclass
class Reading:
    """One upload while it is read."""

    uploads: Uploads
    member_id: int
    bytes: int = 0

    def hold(self, more: int) -> None:
        """Have that many bytes more in memory.

        Raises:
            Busy: there is no room for them.
        """
        self.bytes += more
        self.uploads.held[self.member_id] += more
        if self.uploads.held[self.member_id] > BODY_BYTES_MAX:
            raise Busy(YOURS, retry_after_s=RETRY_AFTER_S)
        if self.uploads.held.total() > HELD_BYTES_MAX:
            raise Busy(MANY, retry_after_s=RETRY_AFTER_S)
