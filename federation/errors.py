"""What can be wrong with what another server says, and with asking it."""

PASSING = frozenset(("timeout", "slow", "tls", "dns", "connection", "enough", "later", "busy"))


class Malformed(Exception):
    """A document, an address or a header that cannot be read; `sentence` says why, in words."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class BadSignature(Exception):
    """A request or document whose signature does not hold; `reason` is a short word for logs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Overloaded(Exception):
    """Too much work of one kind waits already; the same may be asked again later."""


class FetchFailed(Exception):
    """An address that could not be asked, or gave nothing usable.

    `reason` is a short fixed word: `refused-address`, `refused-url`, `refused-host`, `timeout`,
    `slow`, `too-large`, `media-type`, `status`, `redirects`, `tls`, `dns`, `connection`,
    `malformed`, `id-mismatch`, `incomplete`, `unchanged`, `busy`, `budget`, `enough` or `later`.
    `status` is the HTTP status where there was one; `asked` is how the other side wants to be
    asked (`Accept-Signature`), `retry_after_s` how long it wants to be left alone, `url` which
    address said so in the end. `alternate` is where a page that came instead says that the document
    is.
    """

    def __init__(
        self,
        reason: str,
        status: int | None = None,
        asked: str | None = None,
        retry_after_s: int | None = None,
        url: str | None = None,
        *,
        alternate: str | None = None,
    ) -> None:
        super().__init__(f"{reason} {status}" if status else reason)
        self.url = url
        self.reason = reason
        self.status = status
        self.asked = asked
        self.retry_after_s = retry_after_s
        self.alternate = alternate

    @property
    def is_gone(self) -> bool:
        """Whether the other side says that what was there is there no more (410)."""
        return self.status == 410

    @property
    def is_absent(self) -> bool:
        """Whether the other side says that there is nothing (404), or nothing for us."""
        return self.status == 404

    @property
    def is_passing(self) -> bool:
        """Whether the same may go well at another time."""
        if self.status is not None:
            return self.status in (408, 425, 429) or self.status >= 500
        return self.reason in PASSING
