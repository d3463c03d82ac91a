"""Walks what other servers list: collections in any shape, page by page, to a stated end (T30).

What is listed is a claim that it is there, and no more: each thing counts as its own origin says.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, replace

from federation.documents.collection import Collection, Listed, read_listing
from federation.documents.shapes import Json, first_in, iri_of, kind_of, many, one
from federation.errors import FetchFailed
from federation.limits import COLLECTION_ITEMS_MAX, COLLECTION_PAGES_MAX, COLLECTION_S_MAX
from federation.origin import is_iri, is_same_origin

CARRIERS = frozenset(("Create", "Announce", "Add"))
Fetch = Callable[[str], Awaitable[Json]]
"""Gives the document that lives at an address, within the budget of the one who walks."""


@dataclass(frozen=True, slots=True)
class Around:
    """Where the conversation around a post is listed, as the post says.

    `whole` are addresses of all of it, the best first; `answers` lists what answers this post.
    """

    whole: tuple[str, ...] = ()
    answers: Json | None = None

    @property
    def has_answers(self) -> bool:
        """Whether answers are listed, or may be at an address."""
        start, _ = start_of(self.answers, "")
        return bool(start.listed or start.next)

    @property
    def answers_url(self) -> str | None:
        """Where the listing of answers begins, if none of it is here."""
        start, _ = start_of(self.answers, "")
        return None if start.listed else start.next


async def walk_collection(source: Json, fetch: Fetch, *, at: str) -> AsyncGenerator[Listed, None]:
    """Everything that `source` lists, each thing once: at most 1,000 on 10 pages, in 30 s.

    `source` is what stands in the document at `at`: an address, a collection with or without its
    pages, a list, or a single thing. A thing keeps its document only where that is of the origin
    of the page it stands on; anything else is a reference (T16). Further pages are asked only at
    the origin of the first, and no page twice.

    Raises:
        FetchFailed: a page cannot be had; what was listed before it has been given.
        Malformed: a page is a collection that cannot be read.
    """
    page, home = start_of(source, at)
    seen, visited, left_s = set[str](), set[str](), COLLECTION_S_MAX
    while True:
        for each in page.listed:
            if each.iri in seen:
                continue
            if len(seen) >= COLLECTION_ITEMS_MAX:
                return
            seen.add(each.iri)
            yield each if is_same_origin(each.iri, at) else replace(each, document=None)
        if page.next is None or page.next in visited or not is_same_origin(page.next, home):
            return
        if len(visited) >= COLLECTION_PAGES_MAX:
            return
        at = page.next
        visited.add(at)
        value, took_s = await fetch_in_time(fetch, at, left_s)
        left_s -= took_s
        page = read_listing(value)


def start_of(source: Json, at: str) -> tuple[Collection, str]:
    """What is listed already, and the address whose origin the pages must have."""
    if isinstance(source, str):
        return Collection(iri=source, next=source), source
    page = read_listing(source)
    return page, at if page.listed or page.next is None else page.next


async def fetch_in_time(fetch: Fetch, url: str, left_s: float) -> tuple[Json, float]:
    """A page, and how many seconds it took."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        async with asyncio.timeout(left_s):
            value = await fetch(url)
    except TimeoutError:
        raise FetchFailed("timeout") from None
    return value, loop.time() - began


def unwrapped(each: Listed) -> Listed | None:
    """What a listed Create, Announce or Add is about; whole only where it is of the same origin.

    None where it carries nothing, or its document is not there.
    """
    if kind_of(each.document) not in CARRIERS:
        return None
    inner = one(each.document.get("object")) if each.document else None
    iri = iri_of(inner)
    if iri is None:
        return None
    is_whole = isinstance(inner, dict) and is_same_origin(iri, each.iri)
    return Listed(iri, inner if is_whole else None)


def read_around(value: Json) -> Around:
    """Where a post says that its conversation is listed, in the order to ask in.

    Source: FEP-7888 (context), FEP-171b (contextHistory), FEP-f228 (the order).
    """
    if not isinstance(value, dict):
        return Around()
    named = (each for name in ("contextHistory", "context") for each in many(value.get(name)))
    addresses = (each.get("id") if isinstance(each, dict) else each for each in named)
    whole = (str(each) for each in addresses if is_iri(each) and "#" not in str(each))
    answers = first_in(value, "replies", "comments")
    return Around(tuple(dict.fromkeys(whole)), answers or None)
