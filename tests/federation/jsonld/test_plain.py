"""Which documents are read as they stand, which are translated, and which are refused."""

from pathlib import Path

import pytest

from federation.errors import Malformed
from federation.jsonld import is_plain, only_plain
from federation.jsonld.plain import CONTEXT_BYTES_MAX, CONTEXTS_DEEP_MAX, look_at_once
from federation.strictjson import Json, read_json

AS2 = "https://www.w3.org/ns/activitystreams"
AS = f"{AS2}#"
OWN = Path(__file__).parents[2] / "wire"
SHARED = Path(__file__).parents[4] / "shared" / "wire"
FAMILIES = ("mastodon", "lemmy", "piefed", "pleroma", "gotosocial", "misskey")
needs_wire = pytest.mark.skipif(not SHARED.exists(), reason="the real documents are not here")


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Each context is looked at anew, whatever another test has shown before."""
    look_at_once.cache_clear()


def documents(folder: Path) -> list[tuple[str, Json]]:
    """The readable documents of a folder, with their names."""
    found = []
    for path in sorted(folder.rglob("*.json")):
        try:
            found.append((path.name, read_json(path.read_bytes())))
        except Malformed:
            continue
    return found


@needs_wire
@pytest.mark.parametrize("family", FAMILIES)
def test_every_real_document_of_software_that_many_use_is_read_as_it_stands(family):
    found = documents(SHARED / family)

    assert found
    assert [name for name, value in found if not is_plain(value)] == []


def test_every_document_of_our_own_in_the_shapes_of_others_is_read_as_it_stands():
    found = documents(OWN)

    assert len(found) >= 8
    assert [name for name, value in found if not is_plain(value)] == []


@pytest.mark.parametrize(
    "context",
    [
        AS2,
        "http://www.w3.org/ns/activitystreams#",
        "https://strange.example/context",
        [AS2, {"sensitive": "as:sensitive", "toot": "http://joinmastodon.org/ns#"}],
        [AS2, {"sensitive": f"{AS}sensitive"}],
        [AS2, {"x": "https://x.example/#", "shape": {"@id": "x:shape", "@type": "@id"}}],
        [AS2, {"@language": "und"}],
        [AS2, {"schema": "http://schema.org/", "value": "schema:value"}],
        [AS2, {"content": "as:content", "to": {"@id": "as:to", "@type": "@id"}}],
    ],
)
def test_words_with_their_usual_meaning_and_words_nobody_reads_stay(context):
    assert is_plain({"@context": context, "type": "Note", "content": "x"})


@pytest.mark.parametrize(
    "value",
    [
        {"@type": "Note"},
        {"type": "Note", "as:content": "x"},
        {"type": "Note", f"{AS}content": "x"},
        {"type": "Note", "https://www.w3.org/ns/activitystreams#content": "x"},
        {"type": "toot:Emoji"},
        {"type": ["Note", "sec:Multikey"]},
        {"@context": [AS2, {"words": "as:content"}]},
        {"@context": [AS2, {"@vocab": AS}]},
        {"@context": [AS2, {"@import": "https://strange.example/"}]},
        {"@context": [AS2, {"kind": "@type"}]},
        {"@context": [AS2, {"inner": "@nest"}]},
        {"@context": [AS2, {"a": AS}]},
        {"@context": [AS2, {"a": "https://www.w3.org/ns/activ"}]},
        {"@context": [AS2, {"sensitive": "https://x.example/#sensitive"}]},
        {"@context": [AS2, {"toot": "https://x.example/#"}]},
        {"@context": [AS2, {"x": "as:", "y": "x:content"}]},
        {"@context": [AS2, {"Odd": {"@id": "https://x.example/#", "@context": {"a": "as:to"}}}]},
        {"@context": None},
        {"type": "Create", "object": {"@context": {"words": "as:content"}}},
        [{"type": "Create", "object": [{"as:content": "x"}]}],
    ],
    ids=str,
)
def test_what_says_something_of_ours_in_other_words_is_translated(value):
    assert not is_plain(value)


@pytest.mark.threat("T31")
@pytest.mark.parametrize(
    "definitions",
    [
        {"actor": "https://x.example/#actor"},
        {"object": "as:target"},
        {"content": "as:summary"},
        {"content": None},
        {"attributedTo": {"@reverse": "as:attributedTo"}},
        {"attributedTo": {"@id": "as:attributedTo", "@type": "xsd:string"}},
        {"to": {"@id": "as:to", "@type": "@id", "@container": "@list"}},
        {"Note": {"@id": "as:Note", "@context": {"words": "as:content"}}},
        {"id": "@type"},
        {"as": "https://x.example/#"},
        {"x": "https://x.example/#", "name": "x:name"},
        {"publicKey": "https://x.example/#publicKey"},
        {"publicKeyPem": "sec:owner"},
        {"owner": {"@id": "as:actor", "@type": "@id"}},
        {"proof": "as:object"},
        {"verificationMethod": "https://x.example/#"},
        {"Odd": {"@id": "https://x.example/#", "@context": {"actor": "as:object"}}},
        {"Odd": {"@id": "https://x.example/#", "@context": [[{"id": "as:object"}]]}},
    ],
    ids=str,
)
@pytest.mark.parametrize("where", ["first", "last", "inside", "alone"])
def test_a_document_that_redefines_a_word_is_refused(definitions, where):
    value = {
        "first": {"@context": [definitions, AS2]},
        "last": {"@context": [AS2, {"words": "as:content"}, definitions]},
        "inside": {"@context": AS2, "object": [{"tag": [{"@context": definitions}]}]},
        "alone": {"@context": definitions},
    }[where]

    with pytest.raises(Malformed):
        is_plain(value)


@pytest.mark.threat("T31")
@pytest.mark.parametrize("context", [3, True, [AS2, 3], [[["x"] * 9] * 9, 1.5]])
def test_a_context_that_is_none_is_refused(context):
    with pytest.raises(Malformed):
        is_plain({"@context": context})


@pytest.mark.threat("T34")
def test_contexts_may_be_neither_long_nor_deep():
    deep: Json = {"a": "https://x.example/#"}
    for _ in range(12):
        deep = {"a": {"@id": "https://x.example/#", "@context": deep}}

    with pytest.raises(Malformed):
        is_plain({"@context": deep})
    with pytest.raises(Malformed):
        is_plain([{"@context": {"a": f"https://x.example/{'x' * 1_000}"}} for _ in range(200)])


async def test_without_a_processor_what_would_be_translated_is_refused():
    assert await only_plain({"type": "Note"}) == {"type": "Note"}

    with pytest.raises(Malformed):
        await only_plain({"@type": "Note"})


def test_what_this_software_sends_is_read_as_it_stands():
    golden = documents(Path(__file__).parents[2] / "golden")

    assert golden != []
    assert [name for name, value in golden if not is_plain(value)] == []


def nested(levels: int) -> Json:
    """Contexts in lists in one another."""
    context: Json = AS2
    for _ in range(levels):
        context = [context]
    return context


def of_bytes(size: int) -> Json:
    """A context that is so long when it is written."""
    return {"a": "https://x.example/#" + "x" * (size - len('{"a":"https://x.example/#"}'))}


@pytest.mark.threat("T34")
def test_contexts_as_deep_and_as_long_as_may_be_are_looked_at():
    assert is_plain({"@context": nested(CONTEXTS_DEEP_MAX)})
    assert is_plain({"@context": of_bytes(CONTEXT_BYTES_MAX)})


@pytest.mark.threat("T31")
@pytest.mark.threat("T34")
@pytest.mark.parametrize(
    ("context", "sentence"),
    [
        (nested(CONTEXTS_DEEP_MAX + 1), "The contexts of the document are nested too deeply."),
        (
            of_bytes(CONTEXT_BYTES_MAX + 1),
            "The document explains its words at too great length.",
        ),
        (3, "A context is an address, an object, or a list of them."),
        ({"actor": "x:y"}, "The document gives the name actor another meaning."),
        ({"attributedTo": None}, "The document gives the name attributedTo another meaning."),
    ],
    ids=range(5),
)
def test_a_refusal_says_what_is_wrong(context, sentence):
    with pytest.raises(Malformed) as refused:
        is_plain({"@context": context})

    assert refused.value.sentence == sentence


async def test_who_has_no_processor_says_that_the_words_are_not_read():
    with pytest.raises(Malformed) as refused:
        await only_plain({"type": "Note", "as:content": "x"})

    assert refused.value.sentence == "The document is written in words that are not read here."
    assert await only_plain({"type": "Note"}) == {"type": "Note"}


@pytest.mark.parametrize(
    ("context", "stays"),
    [
        ([AS2, {"@language": "en", "@direction": "ltr", "@version": 1.1}], True),
        ([AS2, {"@vocab": "_:"}], True),
        ([AS2, {"@vocab": None}], True),
        ([AS2, {"@base": None}], False),
        ([AS2, {"tag": {"@id": "as:tag", "@type": "@id"}}], True),
        ([AS2, {"toot": "http://joinmastodon.org/ns#", "votersCount": "toot:votersCount"}], True),
        ([AS2, {"votersCount": "https://x.example/#"}], False),
        ([AS2, {"x": {"@id": "https://x.example/#"}, "shape": "x:shape"}], True),
        ([AS2, {"x": {"@id": "as:"}, "shape": "x:content"}], False),
        ([AS2, {"x": "https://x.example/#", "y": {"@id": "x:y", "@container": ["@list"]}}], True),
        ([AS2, {"y": {"@id": "https://x.example/y", "@container": ["@list", "@set"]}}], False),
        ([AS2, {"y": {"@id": "https://x.example/y", "@type": 5}}], False),
        ([AS2, {"y": {"@id": 5}}], False),
        ([AS2, {"a": "b:x", "b": "c:x", "c": "d:x", "d": "e:x", "e": "https://x.example/"}], False),
        (of_bytes(5_000), True),
        ({"words": "as:content", **of_bytes(5_000)}, False),
    ],
    ids=range(16),
)
def test_a_definition_stays_only_if_it_is_of_no_interest_or_as_usual(context, stays):
    assert is_plain({"@context": context}) is stays


def test_what_stands_after_a_list_or_a_word_is_looked_at_as_well():
    assert not is_plain({"tag": [["x", {"type": "Note"}], 5], "object": {"as:content": "x"}})
    assert not is_plain([[{"type": "Note"}], {"object": {"@type": "Note"}}])
    assert is_plain({"type": [5, "as:Note", "Note"]})
