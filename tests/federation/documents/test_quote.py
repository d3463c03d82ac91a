"""Which post a post quotes, whoever says it how; and stamps, read and rendered."""

import pytest

from federation import documents
from federation.documents.quote import quoted_of
from federation.errors import Malformed

LD = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'


def link(href: str, rel: str = "https://misskey-hub.net/ns#_misskey_quote", media_type: str = LD):
    return {"type": "Link", "mediaType": media_type, "rel": rel, "href": href}


EVERY_WAY = {
    "quote": "https://a.example/1",
    "quoteUri": "https://a.example/2",
    "_misskey_quote": "https://a.example/3",
    "quoteUrl": "https://a.example/4",
    "tag": [link("https://a.example/5")],
}


def test_the_ways_to_name_a_quoted_post_have_one_order():
    found, post = [], dict(EVERY_WAY)
    for name in EVERY_WAY:
        found.append(quoted_of(post))
        del post[name]

    assert found == [f"https://a.example/{number}" for number in range(1, 6)]
    assert quoted_of(post) is None


@pytest.mark.parametrize(
    "tag",
    [
        link("https://a.example/1", media_type="text/html"),
        link("https://a.example/1", rel="nofollow"),
        {"type": "Mention", "href": "https://a.example/1"},
        "https://a.example/1",
        None,
    ],
)
def test_a_tag_that_is_no_link_to_a_quoted_document_is_none(tag):
    assert quoted_of({"tag": [tag]}) is None


@pytest.mark.parametrize("value", [None, "", [], {}, 5, {"type": "Note"}])
def test_a_quote_that_names_nothing_is_passed_over_for_the_next_way(value):
    assert quoted_of({"quote": value, "quoteUrl": "https://a.example/4"}) == "https://a.example/4"


def test_a_stamp_is_read_as_it_is_rendered():
    stamp = documents.QuoteAuthorization(
        iri="https://a.example/stamps/1",
        author="https://a.example/people/ann",
        quoting="https://b.example/notes/1",
        quoted="https://a.example/posts/1",
    )

    rendered = documents.render_quote_authorization(stamp)

    assert documents.read_document(rendered) == stamp


@pytest.mark.parametrize("name", ["id", "attributedTo", "interactingObject", "interactionTarget"])
def test_a_stamp_that_does_not_say_all_is_refused(name):
    stamp = {
        "id": "https://a.example/stamps/1",
        "type": "QuoteAuthorization",
        "attributedTo": "https://a.example/people/ann",
        "interactingObject": "https://b.example/notes/1",
        "interactionTarget": "https://a.example/posts/1",
    }
    del stamp[name]

    with pytest.raises(Malformed):
        documents.read_document(stamp)


def test_a_request_to_quote_is_read_with_the_quote_inside_or_by_its_address():
    request = {
        "id": "https://b.example/requests/1",
        "type": "QuoteRequest",
        "actor": "https://b.example/people/ben",
        "object": "https://a.example/posts/1",
    }
    for instrument in ("https://b.example/notes/1", {"id": "https://b.example/notes/1"}):
        found = documents.read_activity(request | {"instrument": instrument})
        assert isinstance(found, documents.QuoteRequest)
        assert (found.object, found.instrument) == (
            "https://a.example/posts/1",
            "https://b.example/notes/1",
        )

    with pytest.raises(Malformed):
        documents.read_activity(request)
