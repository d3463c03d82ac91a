"""The digest of followers, the header that carries it, and the list behind it (FEP-8fcf)."""

import json
from itertools import permutations
from pathlib import Path

import pytest

from federation.errors import FetchFailed, Malformed
from federation.followers_sync import (
    HEADER,
    FollowersClaim,
    PartialList,
    claim_of,
    fetch_list,
    followers_digest,
    read_claim_header,
    render_claim,
)
from federation.limits import COLLECTION_ITEMS_MAX
from federation.responses import Fetched
from federation.signatures import Request, load_signing_key, make_keys, read_claim, sign_request

VECTORS = json.loads(
    (Path(__file__).parent.parent / "vectors" / "fep8fcf_followers_sync.json").read_text()
)
NOW = 1_800_000_000
KEY = load_signing_key("https://example.org/users/1#main-key", make_keys()[0])
INBOX = "https://group.example/inbox"
URL = "https://valley.example/people/rose/followers?domain=group.example"
ANN, BEN = "https://group.example/people/ann", "https://group.example/people/ben"


@pytest.mark.parametrize(
    "case", [{"followers": VECTORS["partial"], "digest": VECTORS["digest"]}, *VECTORS["more"]]
)
def test_the_digest_is_that_of_the_published_vectors(case):
    assert followers_digest(case["followers"]) == case["digest"]


def test_the_digest_does_not_depend_on_the_order():
    digests = {followers_digest(order) for order in permutations(VECTORS["followers"])}

    assert len(digests) == 1


def test_the_header_is_rendered_as_published_and_read_back():
    claim = read_claim_header(VECTORS["header"])

    assert claim == FollowersClaim(
        "https://example.org/users/1/followers",
        "https://example.org/users/1/followers_synchronization",
        VECTORS["digest"],
    )
    assert render_claim(claim) == VECTORS["header"]


@pytest.mark.parametrize(
    "header",
    [
        "",
        "digest",
        VECTORS["header"] + ', digest="' + "0" * 64 + '"',
        VECTORS["header"].replace(VECTORS["digest"], "0" * 63),
        VECTORS["header"].replace(VECTORS["digest"], "g" * 64),
        VECTORS["header"] + "x" * 9_000,
    ],
)
def test_a_header_that_cannot_be_read_is_malformed(header):
    with pytest.raises(Malformed):
        read_claim_header(header)


def signed_message(header: str, form, *, is_covered: bool = True, twice: bool = False) -> Request:
    also = {HEADER: header} if is_covered else {}
    headers = sign_request("POST", INBOX, b"{}", KEY, NOW, form, also=also) | {HEADER: header}
    pairs = [(name.lower(), value) for name, value in headers.items()]
    return Request("POST", INBOX, pairs + [(HEADER.lower(), header)] * twice, b"{}")


@pytest.mark.threat("T92")
@pytest.mark.parametrize("form", ["cavage", "rfc9421"])
@pytest.mark.parametrize("case", VECTORS["header_cases"], ids=lambda case: case.get("why", "use"))
def test_what_is_said_of_followers_counts_only_as_the_vectors_say(case, form):
    message = signed_message(case["header"], form, is_covered=case.get("header_signed", True))

    found = claim_of(message, read_claim(message, NOW), case["sender"])

    is_used = found is not None and found.collection == case["sender_followers"]
    assert is_used == (case["expect"] == "use")


def test_a_header_that_stands_twice_counts_for_nothing():
    message = signed_message(VECTORS["header"], "rfc9421", twice=True)

    assert claim_of(message, read_claim(message, NOW), "https://example.org/users/1") is None


class ListGate:
    """Stands for the gate: what is served at which address."""

    def __init__(self, pages, lands_at=None):
        self.pages, self.lands_at = pages, lands_at or {}

    async def fetch(self, url, *, key=None, budget=None):
        budget.spend(url)
        if url not in self.pages:
            raise FetchFailed("status", 404)
        body = json.dumps(self.pages[url]).encode()
        return Fetched(self.lands_at.get(url, url), 200, "application/activity+json", body, {})


def collection(iri=URL, **members):
    return {"id": iri, "type": "OrderedCollection"} | members


async def test_a_list_is_taken_whole_with_all_its_pages():
    gate = ListGate(
        {
            URL: collection(first=URL + "&page=1"),
            URL + "&page=1": collection(items=[ANN], next=URL + "&page=2"),
            URL + "&page=2": collection(orderedItems=[BEN]),
        }
    )

    assert await fetch_list(gate, URL, KEY) == PartialList(frozenset((ANN, BEN)), False)


async def test_a_list_at_its_own_address_that_names_its_items_is_exact():
    assert await fetch_list(ListGate({URL: collection(orderedItems=[])}), URL, KEY) == PartialList(
        frozenset(), True
    )


async def test_a_list_at_another_address_or_without_items_is_not_exact():
    elsewhere = collection("https://valley.example/people/rose/followers", orderedItems=[ANN])
    hidden = collection(totalItems=0)

    assert not (await fetch_list(ListGate({URL: elsewhere}), URL, KEY)).is_exact
    assert not (await fetch_list(ListGate({URL: hidden}), URL, KEY)).is_exact


@pytest.mark.parametrize(
    "pages",
    [
        {URL: collection(orderedItems=[ANN], totalItems=2)},
        {URL: collection(orderedItems=[f"{ANN}{n}" for n in range(COLLECTION_ITEMS_MAX)])},
        {URL: collection(next=URL, orderedItems=[ANN])},
        {URL: collection(next="https://evil.example/list", orderedItems=[ANN])},
        {},
    ],
    ids=["incomplete", "too large", "in circles", "of another origin", "not there"],
)
async def test_a_list_that_cannot_be_had_whole_is_not_had_at_all(pages):
    pages = pages | {"https://evil.example/list": collection(orderedItems=[BEN])}

    with pytest.raises(FetchFailed):
        await fetch_list(ListGate(pages), URL, KEY)


async def test_a_list_that_a_redirect_leads_away_from_is_not_had():
    gate = ListGate({URL: collection(orderedItems=[])}, {URL: "https://evil.example/list"})

    with pytest.raises(FetchFailed):
        await fetch_list(gate, URL, KEY)
