"""Real documents of other servers are read, or refused by name; none breaks the reader."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from federation import documents
from federation.errors import Malformed
from federation.origin import is_iri, trusted_parts
from federation.strictjson import read_json

SHARED = Path(__file__).parents[4] / "shared" / "wire"
needs_wire = pytest.mark.skipif(not SHARED.exists(), reason="the real documents are not here")


def wire() -> Iterator[Path]:
    yield from sorted(SHARED.glob("*/*.json"))


@needs_wire
@pytest.mark.parametrize("path", list(wire()), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_real_document_is_read_or_refused_with_a_sentence(path):
    try:
        found = documents.read_document(read_json(path.read_bytes()))
    except Malformed as refused:
        sentence = refused.sentence
    else:
        sentence = "It was read."
        if isinstance(found, documents.Activity):
            trusted_parts(found)

    assert sentence.endswith(".")


@needs_wire
@pytest.mark.parametrize(
    "software",
    ["mastodon", "lemmy", "piefed", "pleroma", "gotosocial", "misskey", "wordpress"],
)
def test_every_post_of_a_software_that_many_use_is_read(software):
    unread = []
    for path in sorted((SHARED / software).glob("*.json")):
        value = json.loads(path.read_bytes())
        kind = value.get("type") if isinstance(value, dict) else None
        if kind in ("Note", "Page", "Article", "Question") and "id" in value:
            found = documents.read_document(value)
            if not isinstance(found, documents.Post) or not is_iri(found.author):
                unread.append(path.name)

    assert unread == []
