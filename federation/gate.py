"""The one gate to the network: every request to another server goes through here.

What it holds to (threats T36 to T46): the address that is checked is the one connected to; https
on 443 only; at most 3 hops, each a new target, signed anew; decoded bytes, time and speed are
capped; nothing of ours but our name and our signature goes out. How often a host may be asked, its
`Pacing` says.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp
from aiohttp import hdrs
from aiohttp.abc import AbstractResolver

from federation import limits
from federation.connections import Guard, guarded_connector, on_the_line, untouched
from federation.documents.collection import COLLECTION_KINDS
from federation.documents.media_types import ACCEPT_ACTIVITY, is_page
from federation.documents.shapes import kind_of
from federation.domains import domain_of
from federation.errors import FetchFailed, Malformed, Overloaded
from federation.jsonld import Plain, only_plain
from federation.origin import authority_of, is_same_origin
from federation.pacing import Pacing, minding_silence
from federation.responses import (
    Answer,
    Fetched,
    Version,
    document_in,
    etag_of,
    media_type_of,
    redirect_of,
    retry_after_of,
)
from federation.signatures import (
    Attempt,
    Forms,
    SigningKey,
    next_attempt,
    sign_request,
)
from federation.strictjson import Json

REDIRECTS = frozenset((301, 302, 303, 307, 308))
NOT_MODIFIED = 304
ANSWER_BYTES_MAX = 4_096
CHUNK_BYTES = 65_536
PORTS = {"https": 443, "http": 80}


@dataclass(slots=True)
class Budget:
    """The fetches and bytes that one piece of work may cost; no address is asked twice (T42, T45).

    `is_polite` work is nobody's hurry: it waits its turn at each host.
    """

    fetches: int = limits.FETCHES_MAX
    body_bytes: int = limits.WORK_BYTES_MAX
    is_polite: bool = False
    asked: set[str] = field(default_factory=set)

    def spend(self, url: str) -> None:
        """Raise FetchFailed unless one more fetch, of another address, is left."""
        if self.fetches <= 0 or url in self.asked:
            raise FetchFailed("budget")
        self.fetches -= 1
        self.asked.add(url)

    def spend_again(self) -> None:
        """Raise FetchFailed unless one more request to the address just asked is left."""
        if self.fetches <= 0:
            raise FetchFailed("budget")
        self.fetches -= 1

    def take(self, body: bytes) -> None:
        """Raise FetchFailed where all that was read is more than the work may read."""
        self.body_bytes -= len(body)
        if self.body_bytes < 0:
            raise FetchFailed("budget")


@dataclass(slots=True)
class Asking:
    """One resolution of an address: what each of its requests says, and what is left for it."""

    key: SigningKey | None
    accept: str
    body_bytes_max: int
    budget: Budget
    etag: str | None = None
    hops: int = limits.HOPS_MAX


class Gate:
    """One client session for all that goes out. Make it once a process, inside the event loop."""

    def __init__(
        self,
        *,
        now: Callable[[], int],
        user_agent: str,
        development: bool = False,
        ca_file: str | None = None,
        allowed_hosts: Collection[str] = (),
        fetch_s_max: float = limits.FETCH_S_MAX,
        slow_after_s: float = limits.SLOW_AFTER_S,
        may_ask: Callable[[str], bool] = lambda authority: True,
        resolver: AbstractResolver | None = None,
        plain: Plain = only_plain,
        pacing: Pacing | None = None,
    ) -> None:
        """`development` also lets http and loopback through; `allowed_hosts` are `host:port`.

        `may_ask` says of each `host[:port]` whether we have to do with it; it is asked before
        every hop. `pacing` says how often.
        `plain` translates documents in other words than those of our profile.
        """
        self._may_ask, self._plain = may_ask, plain
        self._now, self.is_development, self._pacing = now, development, pacing
        self.forms = Forms(now)
        self._guard = Guard(development=development, allowed_hosts=allowed_hosts)
        self._fetch_s_max, self._slow_after_s = fetch_s_max, slow_after_s
        self._session = aiohttp.ClientSession(
            connector=guarded_connector(self._guard, ca_file, resolver),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": user_agent, "Accept-Encoding": "identity"},
            timeout=aiohttp.ClientTimeout(total=fetch_s_max, sock_connect=limits.CONNECT_S_MAX),
            skip_auto_headers=("Accept",),
            trust_env=False,
            auto_decompress=False,
        )

    async def close(self) -> None:
        """Let go of every connection."""
        await self._session.close()

    def check_url(self, url: str) -> None:
        """Raise FetchFailed unless `url` is one that we ask at all (T39, T104).

        https on port 443, or a host and port that the operator listed; http only in development.
        """
        try:
            authority = authority_of(url)
        except Malformed:
            raise FetchFailed("refused-url") from None
        if not self._may_ask(authority):
            raise FetchFailed("refused-host")
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
        is_listed = self._guard.is_listed(parts.hostname, port)
        if self.is_development or (parts.scheme == "https" and (port == 443 or is_listed)):
            return
        raise FetchFailed("refused-url")

    async def fetch(
        self,
        url: str,
        *,
        key: SigningKey | None = None,
        accept: str = ACCEPT_ACTIVITY,
        body_bytes_max: int = limits.DOCUMENT_BYTES_MAX,
        budget: Budget | None = None,
    ) -> Fetched:
        """GET `url`, signed by `key`, following at most 3 redirects, each as a new target.

        Where a signature is refused with 400 or 401, others are tried (`next_attempt`).

        Raises:
            FetchFailed: refused, unreachable, too slow, too large, or sent in circles.
        """
        asking = Asking(key, accept, body_bytes_max, budget or Budget(limits.HOPS_MAX + 1))
        return await self._follow(url, asking)

    async def fetch_document(
        self, iri: str, key: SigningKey | None = None, budget: Budget | None = None
    ) -> Json:
        """The ActivityPub document that lives at `iri` (T13, T14).

        Where another id of the same origin is given, that one is asked once and must then hold.
        Redirects on both ways count together (T42). A collection is what was answered at the
        address asked, where it has no id, or another that cannot be had: all that it lists are
        claims, and NodeBB and PieFed serve such ones.

        Raises:
            FetchFailed: as `fetch`, or the answer is of another media type, no JSON, or a document
                of another address.
        """
        return (await self.fetch_version(iri, key, budget)).value

    async def fetch_version(
        self,
        iri: str,
        key: SigningKey | None = None,
        budget: Budget | None = None,
        etag: str | None = None,
    ) -> Version:
        """As `fetch_document`, unless it still is the version that `etag` marks.

        Raises:
            FetchFailed: as `fetch_document`; `unchanged` where it is that version.
        """
        budget = budget or Budget(limits.HOPS_MAX + 2)
        asking = Asking(key, ACCEPT_ACTIVITY, limits.DOCUMENT_BYTES_MAX, budget, etag)
        listing: Version | None = None
        for _ in range(2):
            try:
                found = await self._follow(iri, asking)
                value = await self._document_in(found)
            except FetchFailed:
                if listing is None:
                    raise
                return listing
            named = value.get("id") if isinstance(value, dict) else None
            version = Version(value, etag_of(found.headers))
            if named == found.url:
                return version
            if listing is None and kind_of(value) in COLLECTION_KINDS:
                listing = version
            if not isinstance(named, str) or not is_same_origin(named, found.url):
                break
            iri = named
        if listing is None:
            raise FetchFailed("id-mismatch")
        return listing

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """POST a signed body to an inbox; redirects are not followed (T123).

        Raises:
            FetchFailed: refused, or no answer.
        """
        self.check_url(url)
        with on_the_line():
            async with self._session.post(
                untouched(url), data=body, headers=headers, allow_redirects=False
            ) as reply:
                is_read = reply.status >= 300 or is_page(media_type_of(reply))
                start = await reply.content.read(ANSWER_BYTES_MAX) if is_read else b""
                return Answer(reply.status, retry_after_of(reply.headers), reply.headers, start)

    async def _document_in(self, found: Fetched) -> Json:
        """What was found, in the names of our profile."""
        try:
            return await self._plain(document_in(found), domain_of(authority_of(found.url)))
        except Malformed as error:
            raise FetchFailed("malformed") from error
        except Overloaded as error:
            raise FetchFailed("busy") from error

    async def _follow(self, url: str, asking: Asking) -> Fetched:
        """What is found at `url`, or where it leads while hops are left."""
        while True:
            self.check_url(url)
            asking.budget.spend(url)
            found, redirect = await self._get(url, asking)
            if found is not None:
                return found
            if asking.hops <= 0:
                raise FetchFailed("redirects")
            asking.hops -= 1
            url = redirect

    async def _get(self, url: str, asking: Asking) -> tuple[Fetched, str] | tuple[None, str]:
        key, headers = asking.key, {"Accept": asking.accept}
        if asking.etag is not None:
            headers[hdrs.IF_NONE_MATCH] = asking.etag
        if key is None:
            return await self._ask(url, headers, asking)
        host = authority_of(url)
        tried = [Attempt(self.forms.form_of(host))]
        while True:
            how = tried[-1]
            signed = sign_request(
                "GET",
                url,
                None,
                (key.other if how.by_other else None) or key,
                self._now(),
                how.form,
                asked=how.asked,
                with_query=how.with_query,
            )
            try:
                found = await self._ask(url, headers | signed, asking)
            except FetchFailed as error:
                following = next_attempt(
                    tried, error.status, error.asked, url=url, key=key, has_body=False
                )
                if following is None:
                    raise
                asking.budget.spend_again()
                tried.append(following)
                continue
            self.forms.learn(host, how.form)
            return found

    async def _ask(
        self, url: str, headers: Mapping[str, str], asking: Asking
    ) -> tuple[Fetched, str] | tuple[None, str]:
        if self._pacing is not None:
            await self._pacing.before(url, is_polite=asking.budget.is_polite)
        with minding_silence(self._pacing, url), on_the_line():
            async with self._session.get(
                untouched(url), headers=headers, allow_redirects=False
            ) as reply:
                if reply.status in REDIRECTS:
                    return None, redirect_of(url, reply.headers)
                if reply.status == NOT_MODIFIED:
                    raise FetchFailed("unchanged", reply.status)
                if reply.status != 200:
                    raise await self._refusal(url, reply)
                body = await self._read(reply, asking.body_bytes_max)
                asking.budget.take(body)
                media_type = media_type_of(reply)
                return Fetched(url, reply.status, media_type, body, reply.headers), url

    async def _refusal(self, url: str, reply: aiohttp.ClientResponse) -> FetchFailed:
        """What a status means that is no answer; a host that asks us to wait is remembered."""
        retry_after_s = retry_after_of(reply.headers) if reply.status in (429, 503) else None
        if retry_after_s is not None and self._pacing is not None:
            await self._pacing.after(url, min(retry_after_s, limits.RETRY_AFTER_S_MAX))
        return FetchFailed(
            "status", reply.status, reply.headers.get("Accept-Signature"), retry_after_s, url
        )

    async def _read(self, reply: aiohttp.ClientResponse, body_bytes_max: int) -> bytes:
        """The body, undecoded because none was asked for; never more than allowed (T43)."""
        if reply.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
            raise FetchFailed("media-type")
        loop = asyncio.get_running_loop()
        began, parts, size = loop.time(), [], 0
        async for chunk in reply.content.iter_chunked(CHUNK_BYTES):
            parts.append(chunk)
            size += len(chunk)
            took_s = loop.time() - began
            if size > body_bytes_max:
                raise FetchFailed("too-large")
            if took_s > self._slow_after_s and size < took_s * limits.BYTES_PER_S_MIN:
                raise FetchFailed("slow")
        return b"".join(parts)
