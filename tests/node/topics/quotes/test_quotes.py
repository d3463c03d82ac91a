"""Who may quote what: consent given, read and taken back (FEP-044f), and what is then shown."""

import json

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.base.errors import Missing, NotAllowed
from node.inbox.handlers import HANDLERS
from node.topics.posts.store import post_by_id, post_by_iri
from node.topics.posts.views import post_view
from node.topics.publishing.actions import delete, publish
from node.topics.publishing.activities import receive_create, receive_delete, receive_update
from node.topics.publishing.drafts import Draft
from node.topics.quotes.activities import store_stamp
from node.topics.quotes.store import stamp_by_iri
from tests.neighbours import NOW, THERE, add_neighbour, add_person, note, sent
from tests.node.topics.publishing.test_activities import create, followed_by_ann

HILL = "https://hill.example"
APPLYING = ApplyContext(NOW)


def asked(tx, asker, post_iri, instrument=None, **changes):
    """Receive a QuoteRequest; what was answered, the newest first."""
    request = documents.QuoteRequest(
        iri=f"{asker.iri}/requests/1",
        actor=asker.iri,
        object=post_iri,
        instrument=instrument or f"{asker.iri}/notes/1",
        **changes,
    )
    HANDLERS[documents.QuoteRequest](tx, request, APPLYING)
    return answers(tx)


def answers(tx):
    rows = tx.all(
        """
        select e.body, d.inbox from outbox_entry e left join delivery d on d.entry_id = e.id
        where e.kind in ('Accept', 'Reject', 'Delete') order by e.id desc
        """
    )
    return [json.loads(row["body"]) | {"inbox": row["inbox"]} for row in rows]


def published(tx, author, **fields):
    return post_by_id(tx, publish(tx, author, Draft(text="Mine", **fields), NOW))


@pytest.mark.parametrize("visibility", ["public", "unlisted"])
def test_what_anybody_may_read_anybody_may_quote(tx, visibility):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    post = published(tx, ann, visibility=visibility)

    (answer,) = asked(tx, rose, post.iri)

    stamp = stamp_by_iri(tx, answer["result"])
    assert (answer["type"], answer["actor"], answer["to"]) == ("Accept", ann.iri, [rose.iri])
    assert answer["inbox"] == rose.inbox
    assert answer["object"]["id"] == f"{rose.iri}/requests/1"
    assert (stamp.quoted_iri, stamp.quoting_iri) == (post.iri, f"{rose.iri}/notes/1")


@pytest.mark.threat("T98")
@pytest.mark.parametrize("visibility", ["followers", "direct"])
def test_what_only_some_may_read_is_never_quoted(tx, visibility):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    text = f"@rose@{THERE.removeprefix('https://')} For you"
    post = post_by_id(tx, publish(tx, ann, Draft(text=text, visibility=visibility), NOW))

    (answer,) = asked(tx, rose, post.iri)

    assert answer["type"] == "Reject"
    assert "result" not in answer
    assert tx.all("select iri from quote_stamp") == []


@pytest.mark.threat("T94")
def test_to_who_may_not_see_a_post_it_is_as_if_it_were_not_there(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    hidden = published(tx, ann, visibility="followers")
    said = []

    for iri in (hidden.iri, f"{ann.iri}/nothing"):
        with pytest.raises(NotAllowed) as refused:
            asked(tx, rose, iri)
        said.append(refused.value.sentence)

    assert said[0] == said[1]
    assert answers(tx) == []


def test_a_repeated_request_is_answered_with_the_same_stamp(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    post = published(tx, ann)

    asked(tx, rose, post.iri)
    again, first = asked(tx, rose, post.iri)

    assert again["result"] == first["result"]


def test_nobody_asks_for_somebody_elses_quote(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    post = published(tx, ann)

    with pytest.raises(NotAllowed):
        asked(tx, rose, post.iri, f"{HILL}/notes/1")


def test_with_the_quoted_post_the_stamp_goes_and_the_asker_is_told(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    post = published(tx, ann)
    (answer,) = asked(tx, rose, post.iri)

    delete(tx, ann, post.id, NOW + 60)

    told = [one for one in answers(tx) if one["object"]["id"] == answer["result"]]
    assert [(one["type"], one["actor"], one["inbox"]) for one in told] == [
        ("Delete", ann.iri, rose.inbox)
    ]
    assert stamp_by_iri(tx, answer["result"]).revoked_at == NOW + 60


# quotes by others, as they are shown here


def quoting(rose, quoted, **changes):
    return note(rose, "Look", iri=f"{rose.iri}/notes/q", quote=quoted, **changes)


def known_reed(tx, ann):
    reed = add_neighbour(tx, "reed", HILL)
    post = note(reed, "The path is dry", iri=f"{reed.iri}/notes/1", to=(documents.PUBLIC, ann.iri))
    receive_create(tx, create(reed, post), APPLYING)
    return reed, post


def shown(tx, post, reader=None):
    view = post_view(tx, post_by_iri(tx, post.iri).id, reader)
    return view.quoted.post.iri if view.quoted else None


def stamp_of(author, quote, post, **changes):
    """The stamp by which `author` agrees that `quote` quotes `post`."""
    fields = {
        "iri": f"{author.iri}/stamps/1",
        "author": author.iri,
        "quoting": quote.iri,
        "quoted": post.iri,
    }
    return documents.QuoteAuthorization(**(fields | changes))


def test_a_quote_without_consent_is_kept_and_not_shown(tx):
    ann, rose = followed_by_ann(tx)
    _, post = known_reed(tx, ann)
    quote = quoting(rose, post.iri)

    receive_create(tx, create(rose, quote), APPLYING)

    assert post_by_iri(tx, quote.iri).quote_iri == post.iri
    assert shown(tx, quote) is None


def test_a_quote_of_ones_own_needs_no_consent(tx):
    _, rose = followed_by_ann(tx)
    own = note(rose, "The path is dry", iri=f"{rose.iri}/notes/1")
    receive_create(tx, create(rose, own), APPLYING)
    quote = quoting(rose, own.iri)

    receive_create(tx, create(rose, quote), APPLYING)

    assert shown(tx, quote) == own.iri


def test_a_quote_with_a_stamp_waits_for_it_and_is_shown(tx):
    ann, rose = followed_by_ann(tx)
    reed, post = known_reed(tx, ann)
    stamp_iri = f"{reed.iri}/stamps/1"
    quote = quoting(rose, post.iri, quote_authorization=stamp_iri)

    with pytest.raises(Missing) as missing:
        receive_create(tx, create(rose, quote), APPLYING)
    store_stamp(tx, stamp_of(reed, quote, post), NOW)
    receive_create(tx, create(rose, quote), ApplyContext(NOW, {stamp_iri: "stored"}))

    assert missing.value.iris == (stamp_iri,)
    assert shown(tx, quote) == post.iri


@pytest.mark.threat("T16")
def test_nobody_is_asked_for_a_stamp_who_is_not_at_home_with_the_quoted_author(tx):
    ann, rose = followed_by_ann(tx)
    _, post = known_reed(tx, ann)
    quote = quoting(rose, post.iri, quote_authorization="https://elsewhere.example/stamps/1")

    receive_create(tx, create(rose, quote), APPLYING)

    assert shown(tx, quote) is None


def test_consent_that_comes_with_an_edit_counts_from_then_on(tx):
    ann, rose = followed_by_ann(tx)
    reed, post = known_reed(tx, ann)
    quote = quoting(rose, post.iri)
    receive_create(tx, create(rose, quote), APPLYING)
    before = post_by_iri(tx, quote.iri).version
    edited = quoting(rose, post.iri, quote_authorization=f"{reed.iri}/stamps/1", updated=NOW)

    with pytest.raises(Missing):
        receive_update(tx, sent(documents.Update, rose, edited), APPLYING)
    store_stamp(tx, stamp_of(reed, quote, post), NOW)

    assert shown(tx, quote) == post.iri
    assert post_by_iri(tx, quote.iri).version > before


@pytest.mark.parametrize(
    "changes",
    [
        {"quoting": f"{THERE}/people/rose/notes/another"},
        {"quoted": f"{HILL}/people/reed/notes/another"},
    ],
)
def test_a_stamp_for_other_posts_is_no_consent(tx, changes):
    ann, rose = followed_by_ann(tx)
    reed, post = known_reed(tx, ann)
    quote = quoting(rose, post.iri)
    receive_create(tx, create(rose, quote), APPLYING)

    store_stamp(tx, stamp_of(reed, quote, post, **changes), NOW)

    assert shown(tx, quote) is None


def test_a_stamp_by_another_than_the_quoted_author_is_no_consent(tx):
    ann, rose = followed_by_ann(tx)
    _, post = known_reed(tx, ann)
    moss = add_neighbour(tx, "moss", HILL)
    quote = quoting(rose, post.iri)
    receive_create(tx, create(rose, quote), APPLYING)

    store_stamp(tx, stamp_of(moss, quote, post), NOW)

    assert shown(tx, quote) is None


def test_a_stamp_is_kept_from_its_authors_own_home_alone(tx):
    ann, rose = followed_by_ann(tx)
    reed, post = known_reed(tx, ann)
    quote = quoting(rose, post.iri)
    elsewhere = stamp_of(reed, quote, post, iri=f"{THERE}/stamps/1")
    in_anns_name = stamp_of(ann, quote, post, iri=f"{ann.iri}/stamps/1")

    for stamp in (elsewhere, in_anns_name):
        with pytest.raises(NotAllowed):
            store_stamp(tx, stamp, NOW)


@pytest.mark.threat("T98")
@pytest.mark.parametrize("visibility", ["followers", "direct"])
def test_a_quote_of_what_only_some_may_read_is_shown_to_nobody(tx, visibility):
    ann, rose = followed_by_ann(tx)
    to = (f"{rose.iri}/followers",) if visibility == "followers" else (ann.iri,)
    own = note(rose, "For some", iri=f"{rose.iri}/notes/1", to=to, cc=())
    receive_create(tx, create(rose, own), APPLYING)
    quote = quoting(rose, own.iri)

    receive_create(tx, create(rose, quote), APPLYING)

    assert shown(tx, quote, ann) is None


def test_a_quote_is_shown_no_longer_when_its_stamp_is_taken_back(tx):
    ann, rose = followed_by_ann(tx)
    reed, post = known_reed(tx, ann)
    quote = quoting(rose, post.iri)
    receive_create(tx, create(rose, quote), APPLYING)
    stamp = stamp_of(reed, quote, post)
    store_stamp(tx, stamp, NOW)

    receive_delete(tx, sent(documents.Delete, rose, stamp.iri), APPLYING)
    still = shown(tx, quote)
    receive_delete(tx, sent(documents.Delete, reed, stamp.iri), APPLYING)

    assert (still, shown(tx, quote)) == (post.iri, None)


def test_a_quote_is_shown_no_longer_when_the_quoted_post_is_deleted(tx):
    _, rose = followed_by_ann(tx)
    own = note(rose, "The path is dry", iri=f"{rose.iri}/notes/1")
    quote = quoting(rose, own.iri)
    for one in (own, quote):
        receive_create(tx, create(rose, one), APPLYING)
    before = post_by_iri(tx, quote.iri).version

    receive_delete(tx, sent(documents.Delete, rose, own.iri), APPLYING)

    assert shown(tx, quote) is None
    assert post_by_iri(tx, quote.iri).version > before


def test_a_quote_of_ours_is_shown_here_once_we_agreed(tx):
    ann, rose = followed_by_ann(tx)
    post = published(tx, ann)
    quote = quoting(rose, post.iri)
    receive_create(tx, create(rose, quote), APPLYING)
    before = shown(tx, quote)

    asked(tx, rose, post.iri, quote.iri)

    assert (before, shown(tx, quote)) == (None, post.iri)
