"""How often hosts may be asked: what the gate tells whoever decides that, and asks of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from federation.errors import FetchFailed

SILENCE = ("timeout", "slow")


class Pacing(Protocol):
    """How often hosts may be asked; each is told of every request, each hop of a redirect too."""

    async def before(self, url: str, *, is_polite: bool) -> None:
        """Return when `url` may be asked; raise FetchFailed where it may not (T46)."""
        ...

    async def after(self, url: str, retry_after_s: int) -> None:
        """The host of `url` has asked not to be asked for so many seconds."""
        ...

    def note_silence(self, url: str) -> None:
        """The host of `url` has not answered in time."""
        ...


@contextmanager
def minding_silence(pacing: Pacing | None, url: str) -> Iterator[None]:
    """Say whose answer was waited for in vain, so that the next one does not wait as well."""
    try:
        yield
    except FetchFailed as error:
        if error.reason in SILENCE and pacing is not None:
            pacing.note_silence(url)
        raise
