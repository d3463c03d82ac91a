"""Followers synchronisation (FEP-8fcf): a digest of who follows, and the list behind it.

A sender says with what it delivers which of its followers live on the host that receives. The two
may then find out that their records differ, and the receiver can ask for its own part of the list.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from federation.documents.collection import read_collection
from federation.documents.shapes import first_in
from federation.errors import FetchFailed, Malformed
from federation.gate import Budget, Gate
from federation.limits import COLLECTION_ITEMS_MAX, COLLECTION_PAGES_MAX
from federation.origin import is_same_origin
from federation.responses import document_in
from federation.signatures import Claim, Request, SigningKey
from federation.strictjson import Json

HEADER = "Collection-Synchronization"
HEADER_CHARACTERS_MAX = 8_192
NOBODY = "0" * 64
PARAMETER = re.compile(r'\s*([A-Za-z]+)\s*=\s*"([^"]*)"\s*(?:,|$)')
DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class FollowersClaim:
    """What a sender says of its followers on one host: the digest, and where their list is."""

    collection: str
    url: str
    digest: str


@dataclass(frozen=True, slots=True)
class PartialList:
    """The followers that a sender lists for one host.

    `is_exact` where the list names its items, none of them too, and has the address that it was
    asked for by: then it is no other list, and no list that is kept from us.
    """

    items: frozenset[str]
    is_exact: bool


def followers_digest(iris: Iterable[str]) -> str:
    """The digest of a set of followers: the XOR of the SHA-256 of each iri, in hex.

    An iri counts once, as its bytes are; nobody at all is 64 zeroes.
    """
    mixed = 0
    for iri in set(iris):
        mixed ^= int.from_bytes(sha256(iri.encode()).digest())
    return f"{mixed:064x}"


def render_claim(claim: FollowersClaim) -> str:
    """The value of the header."""
    return f'collectionId="{claim.collection}", url="{claim.url}", digest="{claim.digest}"'


def read_claim_header(header: str) -> FollowersClaim:
    """What the value of the header says.

    Raises:
        Malformed: it cannot be read, repeats a part, or lacks one.
    """
    if len(header) > HEADER_CHARACTERS_MAX:
        raise Malformed("That header is too long.")
    found: dict[str, str] = {}
    at = 0
    while at < len(header):
        match = PARAMETER.match(header, at)
        if match is None or match[1] in found:
            raise Malformed("That header cannot be read.")
        found[match[1]] = match[2]
        at = match.end()
    digest = found.get("digest", "").lower()
    if "collectionId" not in found or "url" not in found or not DIGEST.fullmatch(digest):
        raise Malformed("That header lacks a part.")
    return FollowersClaim(found["collectionId"], found["url"], digest)


def claim_of(request: Request, signed: Claim, sender: str) -> FollowersClaim | None:
    """What a signed request says of the followers of `sender`; None where nothing counts.

    It counts only if it stands once, the signature covers it, and its list is at home with the
    sender. That `collection` is the sender's own collection of followers is for the caller to see.
    """
    values = request.values(HEADER.lower())
    if len(values) != 1 or HEADER.lower() not in signed.covered:
        return None
    try:
        claim = read_claim_header(values[0])
    except Malformed:
        return None
    is_home = is_same_origin(claim.url, sender) and is_same_origin(claim.collection, sender)
    return claim if is_home else None


async def fetch_list(gate: Gate, url: str, key: SigningKey) -> PartialList:
    """Ask a sender for its list of our part of its followers, whole or not at all.

    Raises:
        FetchFailed: it cannot be had whole, is of another origin, or has more than 10 pages or
            1,000 items.
        Malformed: it is no collection.
    """
    budget = Budget(COLLECTION_PAGES_MAX)
    value = await fetch_page(gate, url, url, key, budget)
    first = page = read_collection(value)
    is_exact = first.iri == url and first_in(value, "orderedItems", "items") is not None
    items = list(first.items)
    following = page.next
    while following is not None and len(items) < COLLECTION_ITEMS_MAX:
        page = read_collection(await fetch_page(gate, following, url, key, budget))
        items += page.items
        following = page.next
    if len(items) >= COLLECTION_ITEMS_MAX:  # of a longer page, no more are read
        raise FetchFailed("too-large")
    if first.total is not None and first.total > len(items):
        raise FetchFailed("incomplete")
    return PartialList(frozenset(items), is_exact)


async def fetch_page(gate: Gate, url: str, home: str, key: SigningKey, budget: Budget) -> Json:
    """One page, asked for and found at the origin of `home`."""
    if not is_same_origin(url, home):
        raise FetchFailed("id-mismatch")
    found = await gate.fetch(url, key=key, budget=budget)
    if not is_same_origin(found.url, home):
        raise FetchFailed("id-mismatch")
    return document_in(found)
