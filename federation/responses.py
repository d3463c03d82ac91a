"""What came back from another server, and what its headers and media type say."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

import aiohttp
from aiohttp import hdrs

from federation.discovery.links import alternate_document
from federation.documents.media_types import is_activity_type, is_page
from federation.errors import FetchFailed, Malformed
from federation.strictjson import Json, read_json

DATE_CHARACTERS_MAX = 40
ETAG_CHARACTERS_MAX = 200
PAGE_BYTES_MAX = 65_536


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was found at `url`, the address after all redirects; `body` is decoded."""

    url: str
    status: int
    media_type: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Version:
    """A document as it was found, and the mark (ETag) by which its host tells that one again."""

    value: Json
    etag: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What an inbox said; `body` is only its start."""

    status: int
    retry_after_s: int | None
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_page(self) -> bool:
        """Whether a page for people came, as from a domain that somebody else holds now (T105)."""
        return bool(self.body.strip()) and is_page(self.headers.get(hdrs.CONTENT_TYPE, ""))


def document_in(found: Fetched) -> Json:
    """The JSON of an ActivityPub document, and of nothing else (T14).

    Raises:
        FetchFailed: it is of another media type, or no JSON.
    """
    if not is_activity_type(found.media_type):
        raise FetchFailed("media-type", alternate=alternate_in(found))
    try:
        return read_json(found.body)
    except Malformed as error:
        raise FetchFailed("malformed") from error


def alternate_in(found: Fetched) -> str | None:
    """Where a page says that the same thing is to be had for ActivityPub; None for no page."""
    if not is_page(found.media_type):
        return None
    text = found.body[:PAGE_BYTES_MAX].decode("utf-8", "replace")
    named = alternate_document(found.headers.get(hdrs.LINK, "")[:PAGE_BYTES_MAX], text)
    try:
        return urljoin(found.url, named).partition("#")[0] if named else None
    except ValueError:
        return None


def media_type_of(reply: aiohttp.ClientResponse) -> str:
    """The one Content-Type of an answer; none, or two, are nothing that can be read (T14)."""
    values = reply.headers.getall(hdrs.CONTENT_TYPE, [])
    return values[0] if len(values) == 1 else ""


def redirect_of(url: str, headers: Mapping[str, str]) -> str:
    """Where a redirect of `url` leads, without a fragment.

    Raises:
        FetchFailed: it leads nowhere, or to what is no address.
    """
    target = headers.get(hdrs.LOCATION)
    if not target:
        raise FetchFailed("redirects")
    try:
        return urljoin(url, target).partition("#")[0]
    except ValueError as error:
        raise FetchFailed("redirects") from error


def etag_of(headers: Mapping[str, str]) -> str | None:
    """The mark of this version of a document; one of more than 200 characters is none."""
    text = headers.get(hdrs.ETAG, "")
    return text if 0 < len(text) <= ETAG_CHARACTERS_MAX else None


def retry_after_of(headers: Mapping[str, str]) -> int | None:
    """The seconds that the other end asks us to wait; nonsense counts for nothing.

    A date is reckoned from the other end's own clock, as its answer says it (RFC 9110 section
    10.2.3); without that it counts for nothing.
    """
    text = headers.get(hdrs.RETRY_AFTER, "").strip()[:DATE_CHARACTERS_MAX]
    if text.isascii() and text.isdigit():
        return int(text) if len(text) <= 9 else None
    until, said = instant_of(text), instant_of(headers.get(hdrs.DATE, ""))
    return max(0, until - said) if until is not None and said is not None else None


def instant_of(text: str) -> int | None:
    """An HTTP date as seconds since the epoch; None for anything else."""
    try:
        return int(parsedate_to_datetime(text[:DATE_CHARACTERS_MAX]).timestamp())
    except (ValueError, OverflowError):
        return None
