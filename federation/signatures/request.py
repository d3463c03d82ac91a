"""A request as its signature sees it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_letters, digits, punctuation
from urllib.parse import quote, urlsplit

from federation.errors import BadSignature

SINGLE = frozenset(
    """host signature signature-input digest content-digest date content-type
    content-length authorization""".split()
)
USUAL_PORT = re.compile(r"(https://[^/?#]+?):443(?=[/?#]|$)|(http://[^/?#]+?):80(?=[/?#]|$)")
AS_IT_IS = ascii_letters + digits + punctuation


def url_as_sent(url: str) -> str:
    """`url` as it goes over the line: what is signed and what is sent are the same bytes.

    Without its fragment and a port that goes without saying, which `Host` does not name (RFC 9421
    section 2.2.3), other characters than ASCII percent-encoded, and nothing else touched:
    WordPress asks for `?rest_route=%2F…`, which is another address once it is tidied up.
    """
    plain = USUAL_PORT.sub(r"\1\2", url.partition("#")[0], count=1)
    return plain if plain.isascii() else quote(plain, safe=AS_IT_IS)


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
