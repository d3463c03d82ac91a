"""A request as its signature sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from federation.errors import BadSignature

SINGLE = frozenset(
    """host signature signature-input digest content-digest date content-type
    content-length authorization""".split()
)


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked: `url` is absolute, built from our own configured origin and the raw path.

    `headers` are (lower-case name, value) in the order they came.
    """

    method: str
    url: str
    headers: Sequence[tuple[str, str]]
    body: bytes = b""

    @property
    def target(self) -> str:
        """Path and query, as sent."""
        return self.url.partition("://")[2].partition("/")[2].join(("/", "")) or "/"

    @property
    def authority(self) -> str:
        """Host and port, as configured."""
        return urlsplit(self.url).netloc

    def values(self, name: str) -> list[str]:
        """The values of a header, each stripped, in order."""
        return [value.strip() for found, value in self.headers if found == name]

    def value(self, name: str) -> str | None:
        """The value of a header; several are joined by commas."""
        found = self.values(name)
        return ", ".join(found) if found else None


def check_single(request: Request) -> None:
    """Raise BadSignature if a header that must stand once stands twice (T7)."""
    names = [name for name, _ in request.headers if name in SINGLE]
    if len(names) != len(set(names)):
        raise BadSignature("repeated-header")
