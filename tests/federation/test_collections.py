"""What other servers list is walked in every shape, and every walk ends."""

import asyncio
import time
from typing import Any

import pytest

from federation import collections
from federation.collections import Around, read_around, walk_collection
from federation.documents.collection import Listed
from federation.errors import FetchFailed

THERE = "https://valley.example"
POST = f"{THERE}/notes/1"
ALL = f"{POST}/replies"


def iri(number: int) -> str:
    return f"{THERE}/notes/{number}"


class Pages:
    """Other servers' pages, and which of them were asked for."""

    def __init__(self, pages: dict[str, Any] | None = None) -> None:
        self.pages, self.asked = pages or {}, list[str]()

    async def fetch(self, url: str) -> Any:
        self.asked.append(url)
        if url not in self.pages:
            raise FetchFailed("status", 404)
        return self.pages[url]


async def walked(source: Any, pages: Pages | None = None) -> list[Listed]:
    fetch = (pages or Pages()).fetch
    return [each async for each in walk_collection(source, fetch, at=POST)]


async def walked_until_it_failed(source: Any, pages: Pages) -> tuple[list[str], str]:
    found: list[str] = []
    try:
        async for each in walk_collection(source, pages.fetch, at=POST):
            found.append(each.iri)
    except FetchFailed as error:
        return found, error.reason
    return found, ""


def page(url: str, items: list[Any], after: str | None = None, kind: str = "Collection") -> Any:
    name = "orderedItems" if kind.startswith("Ordered") else "items"
    return {"id": url, "type": f"{kind}Page", name: items, "next": after}


INLINE = {"id": ALL, "type": "Collection", "items": [iri(2), iri(3)]}
TWO = {"type": "CollectionPage", "items": [iri(2)], "next": f"{ALL}?2"}


@pytest.mark.threat("T29")
@pytest.mark.parametrize(
    "source",
    [
        INLINE,
        INLINE | {"type": "OrderedCollection"},
        INLINE | {"type": ["OrderedCollection"], "items": None, "orderedItems": [iri(2), iri(3)]},
        {"id": ALL, "type": "Collection", "first": TWO},
        {"id": ALL, "type": "Collection", "first": [TWO]},
        {"id": ALL, "type": "OrderedCollection", "first": f"{ALL}?1"},
        {"id": ALL, "type": "Collection", "items": iri(2), "next": f"{ALL}?2"},
        {"id": ALL, "type": "Collection", "first": TWO | {"items": {"id": iri(2)}}},
        [iri(2), {"id": iri(3), "type": "Note"}],
        [INLINE["items"][0], {"type": "Link", "href": iri(3)}],
        ALL,
        f"{ALL}/paged",
    ],
)
async def test_a_collection_is_walked_in_every_shape(source):
    pages = Pages(
        {
            ALL: INLINE,
            f"{ALL}/paged": {"id": f"{ALL}/paged", "type": "Collection", "first": f"{ALL}?1"},
            f"{ALL}?1": page(f"{ALL}?1", [iri(2)], f"{ALL}?2", "Ordered" + "Collection"),
            f"{ALL}?2": page(f"{ALL}?2", [iri(3)]),
        }
    )

    assert [each.iri for each in await walked(source, pages)] == [iri(2), iri(3)]


@pytest.mark.threat("T29")
@pytest.mark.parametrize("source", [iri(2), {"id": iri(2), "type": "Note"}])
async def test_a_single_thing_in_place_of_a_collection_is_that_thing(source):
    pages = Pages({iri(2): {"id": iri(2), "type": "Note"}})

    (found,) = await walked(source, pages)

    assert found == Listed(iri(2), {"id": iri(2), "type": "Note"})


@pytest.mark.threat("T29")
@pytest.mark.parametrize(
    "source", [None, [], 5, True, {}, {"type": "Collection", "items": [None, 5, [], {}]}, [[[]]]]
)
async def test_nonsense_in_place_of_a_collection_lists_nothing(source):
    assert await walked(source) == []


@pytest.mark.threat("T16")
async def test_an_embedded_thing_of_another_origin_is_only_a_reference():
    theirs = {"id": "https://hill.example/notes/9", "type": "Note"}

    found = await walked([theirs, {"id": iri(2), "type": "Note"}])

    assert found == [Listed(theirs["id"]), Listed(iri(2), {"id": iri(2), "type": "Note"})]


@pytest.mark.threat("T16")
async def test_on_a_page_of_another_origin_our_origin_s_things_are_references():
    away = "https://hill.example/contexts/1"
    pages = Pages({away: page(away, [{"id": iri(2), "type": "Note"}])})

    assert await walked(away, pages) == [Listed(iri(2))]


@pytest.mark.threat("T30")
async def test_pages_of_another_origin_are_not_asked():
    pages = Pages({ALL: page(ALL, [iri(2)], "https://victim.example/next")})

    assert [each.iri for each in await walked(ALL, pages)] == [iri(2)]
    assert pages.asked == [ALL]


@pytest.mark.threat("T30")
async def test_no_page_is_asked_twice():
    pages = Pages({ALL: page(ALL, [iri(2)], f"{ALL}?1"), f"{ALL}?1": page(f"{ALL}?1", [], ALL)})

    assert [each.iri for each in await walked(ALL, pages)] == [iri(2)]
    assert pages.asked == [ALL, f"{ALL}?1"]


@pytest.mark.threat("T30")
async def test_a_walk_ends_after_ten_pages():
    class Endless(Pages):
        async def fetch(self, url: str) -> Any:
            self.asked.append(url)
            number = len(self.asked)
            return page(url, [iri(number)], f"{ALL}?{number}")

    pages = Endless()

    assert len(await walked(ALL, pages)) == 10
    assert len(pages.asked) == 10


@pytest.mark.threat("T30")
async def test_a_walk_ends_after_a_thousand_things():
    many = {f"{ALL}?{n}": page(f"{ALL}?{n}", [iri(n * 400 + k) for k in range(400)],
                               f"{ALL}?{n + 1}") for n in range(9)}  # fmt: skip
    pages = Pages(many)

    assert len(await walked(f"{ALL}?0", pages)) == 1_000
    assert len(pages.asked) == 3


@pytest.mark.threat("T30")
async def test_a_walk_ends_when_its_time_is_over(monkeypatch):
    class Silent(Pages):
        async def fetch(self, url: str) -> Any:
            if url != ALL:
                await asyncio.Event().wait()
            return page(url, [iri(2)], f"{ALL}?2")

    monkeypatch.setattr(collections, "COLLECTION_S_MAX", 0.5)
    began = time.monotonic()

    assert await walked_until_it_failed(ALL, Silent()) == ([iri(2)], "timeout")
    assert time.monotonic() - began < 3


async def test_what_was_listed_before_a_page_failed_has_been_given():
    source = {"type": "Collection", "items": [iri(2)], "next": f"{ALL}?gone"}

    assert await walked_until_it_failed(source, Pages()) == ([iri(2)], "status")


def test_a_conversation_is_asked_for_in_the_order_of_the_proposals():
    context, history = f"{THERE}/contexts/1", f"{THERE}/contexts/1/history"
    value = {"contextHistory": history, "context": {"id": context}, "replies": ALL}

    assert read_around(value) == Around((history, context), ALL)


@pytest.mark.parametrize(
    "context",
    ["tag:valley.example,2026:1", f"{POST}#context", None, 5, ["urn:x"], {"type": "Collection"}],
)
def test_a_context_that_cannot_be_asked_is_none(context):
    assert read_around({"context": context}) == Around((), None)
