"""The examples in `docs/examples/` do what they say, with the library alone."""

import ast
import importlib.util
import json
from pathlib import Path

import pytest

from federation import documents
from federation.errors import BadSignature
from federation.responses import Fetched
from federation.signatures import Request, make_keys
from tests.peers.stub import key_of, person_document

PATH = Path(__file__).parents[1] / "docs" / "examples" / "federation_library.py"
INBOX = "https://group.example/inbox"
ROSE = "https://valley.example/people/rose"
PRIVATE, PUBLIC, *_ = make_keys()


@pytest.fixture(scope="module")
def library():
    """The example, loaded as a module."""
    spec = importlib.util.spec_from_file_location("federation_library", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Valley:
    """Stands for the gate: valley.example, where rose lives."""

    async def fetch(self, url, **_):
        jrd = {
            "subject": "acct:rose@valley.example",
            "links": [{"rel": "self", "type": "application/activity+json", "href": ROSE}],
        }
        assert url.startswith("https://valley.example/.well-known/webfinger?resource=acct:rose@")
        return Fetched(url, 200, "application/jrd+json", json.dumps(jrd).encode(), {})

    async def fetch_document(self, iri, budget=None):
        assert iri == ROSE
        return person_document("rose", pem=PUBLIC)


def signed_follow(library, sender: str = ROSE) -> Request:
    other = documents.read_actor(person_document("ann", "https://group.example"))
    body, headers = library.a_follow(sender, other, key_of(ROSE, PRIVATE))
    listed = [(name.lower(), value) for name, value in headers.items()]
    return Request("POST", other.inbox, listed, body)


async def test_somebody_is_found_by_handle(library):
    rose = await library.who_is(Valley(), "@rose@valley.example")

    assert (rose.iri, rose.keys[0].public_key) == (ROSE, PUBLIC)


async def test_a_follow_is_built_signed_and_verified(library):
    rose = await library.who_is(Valley(), "rose@valley.example")

    follow = library.receive(signed_follow(library), rose)

    assert isinstance(follow, documents.Follow)
    assert (follow.actor, follow.object) == (ROSE, "https://group.example/people/ann")


async def test_what_is_changed_or_somebody_elses_is_refused(library):
    rose = await library.who_is(Valley(), "rose@valley.example")
    sent = signed_follow(library)
    changed = Request(sent.method, sent.url, sent.headers, sent.body.replace(b"ann", b"ben"))

    for request in (changed, signed_follow(library, "https://valley.example/people/reed")):
        with pytest.raises(BadSignature):
            library.receive(request, rose)


def test_the_example_needs_the_library_alone_and_is_short():
    lines = PATH.read_text().splitlines()
    names = {
        node.module
        for node in ast.walk(ast.parse(PATH.read_text()))
        if isinstance(node, ast.ImportFrom)
    }

    assert {name.partition(".")[0] for name in names} == {"federation"}
    assert len(lines) <= 60
