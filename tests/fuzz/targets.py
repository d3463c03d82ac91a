"""The twelve places where strangers' bytes are read, each as a function from a seed to nothing.

A target makes one input from its seed and reads it as the node does. What it may raise is what the
node answers with a refusal; anything else is a bug.
"""

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

from aiohttp import StreamReader, web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.test_utils import make_mocked_request

from federation import documents
from federation.address_guard import is_loopback, is_public
from federation.discovery.webfinger import read_jrd, read_resource
from federation.documents.collection import read_collection
from federation.documents.media_types import is_activity_type, parse_media_type, wants_activity
from federation.documents.shapes import instant_of
from federation.errors import BadSignature, FetchFailed, Malformed
from federation.groups import community_candidates
from federation.jsonld import is_plain
from federation.origin import is_iri, origin_of, trusted_parts
from federation.proofs import canonical_json, read_proofs
from federation.signatures import (
    Request,
    check_claim,
    load_public_key,
    load_signing_key,
    make_keys,
    read_claim,
    sign_request,
)
from federation.signatures.claim import http_date
from federation.strictjson import Json, read_json
from node.api.search import query_in
from node.base.errors import Problem
from node.base.index_terms import index_term
from node.base.markup import (
    clean_html,
    handles_in,
    hashtags_in,
    html_of_markdown,
    html_of_text,
    plain_text,
)
from node.base.words import stems
from node.http.params import Params, read_params
from node.topics.search.question import read_question
from tests.fuzz.mutations import ODD_TEXTS, corpus, mutated, mutated_bytes, mutated_text

REFUSALS = (Malformed, BadSignature, FetchFailed, Problem)
WIRE = Path(__file__).parents[1] / "wire"
SHARED = Path(__file__).parents[3] / "shared" / "wire"
HANDLER = re.compile(r"<[^<>]{0,500}\son[a-z]+=")
NOW = 1_800_000_000
INBOX = "https://group.example/inbox"
PRIVATE, PUBLIC, *_ = make_keys()
KEY = load_signing_key("https://valley.example/people/rose#main-key", PRIVATE)
VERIFIER = load_public_key(PUBLIC)


@cache
def documents_there() -> list[Json]:
    """Our own documents in others' shapes, and the real ones where they are."""
    return corpus([WIRE, SHARED])


@cache
def texts_there() -> list[str]:
    """Every text that stands in those documents."""
    found, waiting = set(ODD_TEXTS), list(documents_there())
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found.add(one)
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
    return sorted(found)


def document(rng: Random) -> Json:
    return mutated(rng, rng.choice(documents_there()), 6)


def text(rng: Random, *seeds: str) -> str:
    made = rng.choice(seeds or texts_there())
    for _ in range(rng.randint(1, 4)):
        made = mutated_text(rng, made)
    return made[:100_000].encode("utf-8", "ignore").decode()


def json_profile(rng: Random) -> None:
    body = json.dumps(document(rng), ensure_ascii=rng.random() < 0.5).encode(
        "utf-8", "surrogatepass"
    )
    value = read_json(mutated_bytes(rng, body) if rng.random() < 0.7 else body)
    assert json.dumps(value, ensure_ascii=False).encode()


def any_document(value: Json) -> None:
    """All that is done with a document before it is handed to a topic."""
    value = read_json(json.dumps(value).encode())
    is_plain(value)
    found = documents.read_document(value)
    if isinstance(found, documents.Activity):
        trusted_parts(found)
        canonical_json(value)
        read_proofs(value, NOW)
    if isinstance(found, documents.Post):
        community_candidates(found)


def collections(rng: Random) -> None:
    value = document(rng)
    if rng.random() < 0.5:
        wrapped = {"id": "https://valley.example/c", "type": "OrderedCollection"}
        value = mutated(rng, wrapped | {"orderedItems": [value], "first": value, "totalItems": 1})
        read_collection(value)
    any_document(value)


def signature_headers(rng: Random) -> None:
    form = rng.choice(("cavage", "rfc9421"))
    headers = list(sign_request("POST", INBOX, b"{}", KEY, NOW, form).items())  # type: ignore[arg-type]
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(headers))
        name, value = headers[at]
        headers[at] = (name, text(rng, value, *(other for _, other in headers)))
        if rng.random() < 0.1:
            headers.append(headers[at])
    lower = [(name.lower(), value) for name, value in headers]
    check_claim(read_claim(Request("POST", INBOX, lower, b"{}"), NOW), VERIFIER)


def url_form(rng: Random) -> None:
    url = text(rng, INBOX, "http://127.0.0.1:8101/people/rose", "https://[2001:db8::1]/a?b#c")
    origin = origin_of(url)
    parts = urlsplit(url)
    assert is_iri(url)
    assert origin_of(origin) == origin
    assert origin == f"{parts.scheme}://{parts.netloc}"
    assert parts.username is None


def address_guard(rng: Random) -> None:
    seeds = ("127.0.0.1", "10.0.0.1", "::1", "::ffff:10.0.0.1", "2001:db8::1", "64:ff9b::a00:1")
    address = text(rng, *seeds) if rng.random() < 0.5 else random_address(rng)
    if is_public(address):
        assert not is_loopback(address)
        assert not address.startswith(("127.", "10.", "192.168.", "fe80", "fc", "fd", "::", "0"))


def random_address(rng: Random) -> str:
    if rng.random() < 0.5:
        return ".".join(str(rng.choice((0, 1, 10, 127, 169, 254, 192, 255))) for _ in range(4))
    return ":".join(rng.choice(("", "0", "1", "ffff", "7f00", "2002", "64")) for _ in range(8))


def html(rng: Random) -> None:
    made = text(rng, *(one for one in texts_there() if "<" in one))
    cleaned = clean_html(made)
    low = cleaned.lower()
    assert "<script" not in low
    assert "<img" not in low
    assert HANDLER.search(low) is None
    plain_text(made)


def webfinger(rng: Random) -> None:
    answer = {
        "subject": "acct:rose@valley.example",
        "aliases": ["https://valley.example/@rose"],
        "links": [
            {
                "rel": "self",
                "type": "application/activity+json",
                "href": "https://valley.example/r",
            },
            {
                "rel": "http://ostatus.org/schema/1.0/subscribe",
                "template": "https://a.example/{uri}",
            },
        ],
    }
    read_jrd(read_json(json.dumps(mutated(rng, answer)).encode()))


def multipart(rng: Random) -> None:
    kind, body = rng.choice(
        (
            ("multipart/form-data; boundary=xx", PARTS),
            ("application/x-www-form-urlencoded", b"status=Hello&media_ids[]=1&poll[options][]=a"),
            (
                "application/json",
                b'{"status": "Hello", "media_ids": [1, 2], "poll": {"a": [true]}}',
            ),
        )
    )
    kind = mutated_text(rng, kind) if rng.random() < 0.2 else kind
    asyncio.run(read_form(kind, mutated_bytes(rng, body)))


PARTS = (
    b'--xx\r\nContent-Disposition: form-data; name="status"\r\n\r\nHello\r\n'
    b'--xx\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
    b"Content-Type: image/png\r\n\r\n\x89PNG\r\n--xx--\r\n"
)


@cache
def connection() -> dict[str, Any]:
    """What a request hangs on and no target looks at; making it anew each time would be dear."""
    made: Any = make_mocked_request("POST", "/")
    return {"transport": made.transport, "protocol": made.protocol, "app": web.Application()}


async def read_form(kind: str, body: bytes) -> None:
    """A form as the client API reads it, from a request that was parsed already."""
    reader = StreamReader(BaseProtocol(asyncio.get_running_loop()), 2**16)
    reader.feed_data(body)
    reader.feed_eof()
    headers = {
        "Content-Type": kind.encode("ascii", "ignore").decode(),
        "Content-Length": str(len(body)),
    }
    if any(ord(one) < 32 for one in headers["Content-Type"]):
        return
    request = make_mocked_request(
        "POST", "/api/v1/statuses", headers, payload=reader, **connection()
    )
    try:
        params = await read_params(request)
    except web.HTTPException:
        return
    params.nested("poll")
    params.numbers("media_ids")


def media_type(rng: Random) -> None:
    seeds = (
        'application/ld+json; profile="https://www.w3.org/ns/activitystreams"; charset=utf-8',
        "text/html, application/activity+json;q=0.9, */*;q=0.1",
    )
    made = text(rng, *seeds)
    parse_media_type(made)
    is_activity_type(made)
    wants_activity(made)


def dates(rng: Random) -> None:
    made = text(rng, "2026-11-26T01:02:03.456+05:30", "Thu, 26 Nov 2026 01:02:03 GMT", "20261126")
    found = instant_of(made)
    assert found is None or abs(found) < 2**53
    http_date(made)


def handles(rng: Random) -> None:
    made = text(
        rng, "acct:rose@valley.example", "@rose@bücher.example:8443", "https://a.example/@r"
    )
    handles_in(made)
    hashtags_in(made)
    html_of_text(made, {}, "https://group.example")
    html_of_markdown(made[:20_000], {}, "https://group.example")
    found = read_resource(made)
    if not found.url:
        assert read_resource(f"acct:{found.handle}").host == found.host


QUERIES = (
    "rose",
    "@rose@valley.example",
    "https://valley.example/notes/1",
    "#garden",
    '"a walk" in:walkers after:2026-01-01',
)


def search_query(rng: Random) -> None:
    made = text(rng, *QUERIES)
    query = query_in(Params([("q", made), ("resolve", "true"), ("limit", made[:30])]))
    for word in read_question(query).words:
        assert all(index_term("everybody", stem).isalnum() for stem in stems(word))
    if is_iri(query):
        origin_of(query)
    else:
        read_resource(query)


TARGETS: Mapping[str, Callable[[Random], None]] = {
    "JSON profile": json_profile,
    "signature headers": signature_headers,
    "URL form": url_form,
    "address guard": address_guard,
    "HTML": html,
    "WebFinger": webfinger,
    "multipart and forms": multipart,
    "media type": media_type,
    "dates": dates,
    "handles": handles,
    "collections and documents": collections,
    "search query": search_query,
}
