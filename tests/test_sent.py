"""What we send is what stands in the golden files, has the shape it should, and means it."""

import json
from functools import cache
from pathlib import Path

import pytest
from jsonschema_rs import Draft202012Validator, Registry
from pyld import jsonld

from federation.documents import ACTOR_KINDS, POST_KINDS, read_document
from federation.documents.collection import COLLECTION_KINDS
from federation.documents.quote import STAMP_KIND
from federation.jsonld.plain import is_plain
from schemas.loader import context, document_schemas
from tests.everything_sent import SENT
from tests.sent import Names

GOLDEN = Path(__file__).parent / "golden"


def path_of(name: str) -> Path:
    return GOLDEN / f"{name}.json"


def golden(name: str):
    return json.loads(path_of(name).read_text())


@pytest.fixture
def names(monkeypatch):
    """Public addresses are counted, so that they are the same each time."""
    monkeypatch.setattr("node.base.ids.secrets", Names())
    monkeypatch.setattr("node.base.ids.tails", type("Tails", (dict,), {"popitem": dict.clear})())


@pytest.mark.parametrize("name", SENT)
def test_what_is_sent_is_the_golden_file_to_the_last_word(tx, names, name, request):
    made = json.loads(json.dumps(SENT[name](tx)))
    if request.config.getoption("--write-golden"):
        path_of(name).parent.mkdir(parents=True, exist_ok=True)
        path_of(name).write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n")

    assert made == golden(name)


def test_no_golden_file_is_left_that_nothing_makes():
    found = {str(one.relative_to(GOLDEN).with_suffix("")) for one in GOLDEN.glob("*/*.json")}

    assert found == set(SENT)


@pytest.mark.parametrize("name", SENT)
def test_what_is_sent_can_be_read_here_too(name):
    found = read_document(golden(name))

    assert found.iri == golden(name)["id"]


@pytest.mark.threat("T149")
@pytest.mark.parametrize("name", SENT)
def test_what_is_sent_is_in_our_own_words_and_needs_no_translation_here(name):
    assert is_plain(golden(name))


@cache
def judge(kind: str) -> Draft202012Validator:
    """What judges documents of ours of one kind."""
    schemas = document_schemas()
    registry = Registry([(schema["$id"], schema) for schema in schemas.values()])
    return Draft202012Validator(schemas[kind], registry=registry)


def schema_of(document) -> str:
    kind = document["type"]
    if kind in ACTOR_KINDS:
        return "actor"
    if kind in POST_KINDS:
        return "post"
    if kind in COLLECTION_KINDS:
        return "collection"
    return {"Tombstone": "tombstone", STAMP_KIND: "quote_authorization"}.get(kind, "activity")


@pytest.mark.parametrize("name", SENT)
def test_what_is_sent_has_the_shape_that_its_schema_says(name):
    document = golden(name)

    faults = [
        f"{list(one.instance_path)}: {one.message}"
        for one in judge(schema_of(document)).iter_errors(document)
    ]

    assert faults == []


@pytest.mark.parametrize("kind", ["actor", "post", "collection", "activity"])
def test_a_schema_refuses_what_it_does_not_name(kind):
    name = next(one for one in SENT if schema_of(golden(one)) == kind)

    assert not judge(kind).is_valid(golden(name) | {"unheard": "of"})
    assert not judge(kind).is_valid(golden(name) | {"id": "Nowhere"})


def load_context(url: str, _: object) -> dict[str, object]:
    return {"contextUrl": None, "documentUrl": url, "document": context(url)}


def expand(document):
    """The document as linked data; contexts come from `schemas/contexts` alone (T33)."""
    return jsonld.expand(document, {"documentLoader": load_context})


def nodes_in(value, around):
    """Every node of a document with the context it stands in, however deep."""
    if isinstance(value, list):
        for one in value:
            yield from nodes_in(one, around)
    elif isinstance(value, dict):
        around = value.get("@context", around)
        yield json.dumps(around), value
        for name, inner in value.items():
            if name not in ("@context", "contentMap"):
                yield from nodes_in(inner, around)


@pytest.mark.parametrize("name", SENT)
def test_every_property_and_type_that_is_sent_means_something(name):
    by_context: dict[str, list[dict[str, object]]] = {}
    for around, node in nodes_in(golden(name), None):
        by_context.setdefault(around, []).append(node)

    assert [one for pair in by_context.items() for one in meaningless(*pair)] == []


def meaningless(around: str, nodes) -> list[str]:
    """The properties and types of some nodes that their context gives no address to."""
    asked = [
        {"type": node.get("type", []), name: value}
        for node in nodes
        for name, value in node.items()
        if name not in ("id", "type", "@context")
    ]
    numbered = [{"id": f"urn:number:{at}"} | one for at, one in enumerate(asked)]
    expanded = expand({"@context": json.loads(around), "@graph": numbered})
    meant = {one["@id"] for one in expanded if any("://" in key for key in one)}
    found = [
        name for one in numbered if one["id"] not in meant for name in one if name not in SKIPPED
    ]
    types = [kind for one in expanded for kind in one.get("@type", ()) if "://" not in kind]
    return found + types


SKIPPED = ("id", "type")


def test_a_property_that_its_context_does_not_name_is_noticed():
    note = {"id": f"{HERE}/1", "type": "Note", "unheard": "of", "content": "Hello"}

    assert meaningless(json.dumps(f"{AS.removesuffix('#')}"), [note]) == ["unheard"]
    assert meaningless(json.dumps(f"{AS.removesuffix('#')}"), [note | {"type": "Odd"}]) != []


AS = "https://www.w3.org/ns/activitystreams#"
PUBLIC = {"@id": f"{AS}Public"}
HERE = "https://group.example"
ROSE = "https://valley.example/people/rose"
ANN, WALKERS = f"{HERE}/people/ann", f"{HERE}/communities/walkers"
SUNDAY = f"{HERE}/posts/00000000000000000000000000000001"


@pytest.mark.parametrize(
    ("name", "path", "meaning"),
    [
        ("mastodon/person", ["@type"], [f"{AS}Person"]),
        ("mastodon/person", ["http://www.w3.org/ns/ldp#inbox", "@id"], f"{ANN}/inbox"),
        ("mastodon/person", [f"{AS}endpoints", f"{AS}sharedInbox", "@id"], f"{HERE}/inbox"),
        ("mastodon/person", ["http://joinmastodon.org/ns#featured", "@id"], f"{ANN}/featured"),
        ("mastodon/person", ["http://joinmastodon.org/ns#discoverable", "@value"], False),
        ("mastodon/person", ["http://joinmastodon.org/ns#indexable", "@value"], False),
        (
            "mastodon/person",
            ["https://purl.archive.org/socialweb/webfinger#webfinger", "@value"],
            "ann@group.example",
        ),
        ("mastodon/person", ["https://w3id.org/security#publicKey", "@id"], f"{ANN}#main-key"),
        (
            "mastodon/person",
            ["https://w3id.org/security#publicKey", "https://w3id.org/security#owner", "@id"],
            ANN,
        ),
        (
            "mastodon/person",
            ["https://w3id.org/security#assertionMethod", "@type"],
            ["https://w3id.org/security#Multikey"],
        ),
        ("mastodon/person", [f"{AS}attachment", "@type"], ["http://schema.org#PropertyValue"]),
        ("lemmy/group", [f"{AS}attributedTo", "@id"], f"{WALKERS}/moderators"),
        ("lemmy/group", ["https://join-lemmy.org/ns#postingRestrictedToMods", "@value"], False),
        ("lemmy/create_comment", [f"{AS}audience", "@id"], "https://lemmy.example/c/rollators"),
        ("lemmy/follow_group", [f"{AS}to", "@id"], "https://lemmy.example/c/rollators"),
        ("mastodon/create_note_public", [f"{AS}to"], [PUBLIC]),
        ("mastodon/create_note_unlisted", [f"{AS}cc"], [PUBLIC]),
        ("mastodon/create_note_followers", [f"{AS}to"], [{"@id": f"{ANN}/followers"}]),
        (
            "mastodon/create_note_public",
            [
                f"{AS}object",
                "https://gotosocial.org/ns#interactionPolicy",
                "https://gotosocial.org/ns#canQuote",
                "https://gotosocial.org/ns#automaticApproval",
            ],
            [PUBLIC],
        ),
        ("mastodon/note", [f"{AS}replies", "@id"], f"{SUNDAY}/replies"),
        ("mastodon/note", [f"{AS}context", "@id"], f"{SUNDAY}/context"),
        (
            "mastodon/note",
            [f"{AS}content"],
            [
                {"@value": "<p>We walk on Sunday.</p>"},
                {"@value": "<p>We walk on Sunday.</p>", "@language": "en"},
            ],
        ),
        (
            "mastodon/note_with_pictures",
            [f"{AS}attachment", "http://joinmastodon.org/ns#blurhash", "@value"],
            "UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH",
        ),
        (
            "mastodon/create_note_with_everything",
            [f"{AS}object", f"{AS}sensitive", "@value"],
            False,
        ),
        ("mastodon/tombstone", [f"{AS}formerType", "@id"], f"{AS}Note"),
        ("nodebb/create_article", [f"{AS}object", f"{AS}preview", "@type"], [f"{AS}Note"]),
        ("piefed/announce_create", [f"{AS}object", "@type"], [f"{AS}Create"]),
        (
            "piefed/announce_create",
            [f"{AS}object", f"{AS}object", "https://gotosocial.org/ns#interactionPolicy"],
            [
                {
                    "https://gotosocial.org/ns#canQuote": [
                        {"https://gotosocial.org/ns#automaticApproval": [PUBLIC]}
                    ]
                }
            ],
        ),
        ("misskey/note_quoting", ["https://w3id.org/fep/044f#quote", "@id"], f"{ROSE}/notes/1"),
        ("misskey/note_quoting", ["http://fedibird.com/ns#quoteUri", "@id"], f"{ROSE}/notes/1"),
        (
            "misskey/note_quoting",
            ["https://misskey-hub.net/ns#_misskey_quote", "@id"],
            f"{ROSE}/notes/1",
        ),
        (
            "misskey/note_quoting",
            ["https://w3id.org/fep/044f#quoteAuthorization", "@id"],
            f"{ROSE}/stamps/1",
        ),
        ("mastodon/quote_request", ["@type"], ["https://w3id.org/fep/044f#QuoteRequest"]),
        (
            "mastodon/quote_request",
            [f"{AS}instrument", "https://w3id.org/fep/044f#quote", "@id"],
            f"{ROSE}/notes/1",
        ),
        (
            "mastodon/accept_quote",
            [f"{AS}object", "@type"],
            ["https://w3id.org/fep/044f#QuoteRequest"],
        ),
        ("mastodon/quote_stamp", ["@type"], ["https://w3id.org/fep/044f#QuoteAuthorization"]),
        (
            "mastodon/quote_stamp",
            ["https://gotosocial.org/ns#interactingObject", "@id"],
            f"{ROSE}/notes/1",
        ),
        ("mastodon/quote_stamp", ["https://gotosocial.org/ns#interactionTarget", "@id"], SUNDAY),
        (
            "mastodon/delete_stamp",
            [f"{AS}object", f"{AS}formerType", "@id"],
            "https://w3id.org/fep/044f#QuoteAuthorization",
        ),
    ],
)
def test_what_is_sent_means_what_is_intended(name, path, meaning):
    (found,) = expand(golden(name))
    for step in path:
        found = found[0] if isinstance(found, list) else found
        found = found[step]

    assert found == meaning
