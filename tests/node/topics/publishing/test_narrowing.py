"""An edit from elsewhere that fewer may read: whoever may not is shown the post no longer."""

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.topics.actors.store import actor_by_id
from node.topics.members.actions import follow
from node.topics.notifications.store import notifications
from node.topics.posts.store import post_by_iri
from node.topics.posts.views import post_views
from node.topics.publishing.activities import receive_create, receive_update
from node.topics.reactions.actions import boost
from node.topics.timelines.store import Page, home, public
from tests.neighbours import NOW, add_group, add_neighbour, add_person, note, sent
from tests.node.topics.publishing.test_activities import create, followed_by_ann

FOLLOWERS = "followers"


def context_of(post):
    return ApplyContext(NOW + 9, verbatim={"id": post.iri, "actor": post.author, "object": {}})


def scene(tx, **changes):
    """rose's public post that names cat, in the community of ours; ann follows rose, ben ann."""
    ann, rose = followed_by_ann(tx)
    ben, cat = add_person(tx, "ben"), add_person(tx, "cat")
    walkers = add_group(tx, "walkers", ann)
    follow(tx, ben, ann, NOW)
    receive = note(
        rose,
        to=(documents.PUBLIC, walkers.iri, cat.iri),
        audience=walkers.iri,
        mentions=(documents.Mention(cat.iri, "@cat"),),
        **changes,
    )
    receive_create(tx, create(rose, receive), context_of(receive))
    boost(tx, ann, post_by_iri(tx, receive.iri).id, NOW)
    tx.run("delete from delivery")
    return ann, ben, cat, rose, receive


def narrowed(tx, rose, post, to, **changes):
    edited = note(rose, "For few", iri=post.iri, to=to, cc=(), updated=NOW + 5, **changes)
    update = sent(documents.Update, rose, edited)
    receive_update(tx, update, context_of(edited))


def sees(tx, reader, post):
    held = post_by_iri(tx, post.iri)
    return bool(post_views(tx, [held.id], actor_by_id(tx, reader.id) if reader else None))


def at_home(tx, who):
    return [item.post_id for item in home(tx, who.id, Page())]


@pytest.mark.threat("T148")
def test_what_is_for_followers_from_now_on_is_shown_to_nobody_else(tx):
    ann, ben, cat, rose, post = scene(tx)
    assert all(sees(tx, one, post) for one in (ann, ben, cat, None))

    narrowed(tx, rose, post, (rose.followers,))

    assert [sees(tx, one, post) for one in (ann, ben, cat, None)] == [True, False, False, False]
    assert (at_home(tx, ann), at_home(tx, ben)) == ([post_by_iri(tx, post.iri).id], [])
    assert notifications(tx, cat.id, 9) == []
    assert public(tx, None, Page()) == []


@pytest.mark.threat("T148")
def test_what_is_for_one_person_from_now_on_stays_in_nobody_elses_home(tx):
    ann, ben, cat, rose, post = scene(tx)

    narrowed(tx, rose, post, (cat.iri,), mentions=(documents.Mention(cat.iri, "@cat"),))

    assert [sees(tx, one, post) for one in (ann, ben, cat, None)] == [False, False, True, False]
    assert (at_home(tx, ann), at_home(tx, ben)) == ([], [])
    assert [one.kind for one in notifications(tx, cat.id, 9)] == ["mention"]


@pytest.mark.threat("T148")
def test_a_community_shows_and_passes_on_no_more_of_what_is_for_some(tx):
    _, _, _, rose, post = scene(tx)

    narrowed(tx, rose, post, (rose.followers,))

    held = post_by_iri(tx, post.iri)
    said = [row["kind"] for row in tx.all("select kind from outbox_entry where public = 1")]
    assert (held.community_id, held.boosts_count) == (None, 0)
    assert tx.all("select id from boost") == []
    assert (said.count("Undo"), said.count("Announce")) == (1, 0)


@pytest.mark.threat("T148")
def test_what_is_no_longer_for_lists_leaves_the_lists_and_stays_where_else_it_was(tx):
    _, rose = followed_by_ann(tx)
    rest = note(rose, "Second", to=(documents.PUBLIC,), cc=(rose.followers,))
    receive_create(tx, create(rose, rest), context_of(rest))
    edited = note(
        rose,
        "Second, quietly",
        iri=rest.iri,
        to=(rose.followers,),
        cc=(documents.PUBLIC,),
        updated=NOW + 5,
    )
    receive_update(tx, sent(documents.Update, rose, edited), context_of(edited))

    assert post_by_iri(tx, rest.iri).visibility == "unlisted"
    assert public(tx, None, Page()) == []
    assert sees(tx, None, rest)


@pytest.mark.threat("T148")
@pytest.mark.parametrize(("before", "after"), [("some", "all"), ("some", "nobody")])
def test_an_edit_shows_a_post_to_nobody_more_and_without_addresses_to_nobody_less(
    tx, before, after
):
    ann, rose = followed_by_ann(tx)
    ben = add_person(tx, "ben")
    post = note(rose, to=(rose.followers,), cc=())
    receive_create(tx, create(rose, post), context_of(post))

    narrowed(tx, rose, post, (documents.PUBLIC,) if after == "all" else ())

    held = post_by_iri(tx, post.iri)
    assert (held.visibility, held.content) == ("followers", "<p>For few</p>")
    assert (sees(tx, ann, post), sees(tx, ben, post)) == (True, False)


@pytest.mark.threat("T148")
def test_whom_a_private_edit_names_no_longer_has_neither_the_post_nor_the_news(tx):
    cat, rose = add_person(tx, "cat"), add_neighbour(tx, "rose")
    post = note(
        rose,
        to=(rose.followers, cat.iri),
        cc=(),
        mentions=(documents.Mention(cat.iri, "@cat"),),
    )
    receive_create(tx, create(rose, post), context_of(post))
    assert sees(tx, cat, post)

    narrowed(tx, rose, post, (rose.followers,))

    assert not sees(tx, cat, post)
    assert notifications(tx, cat.id, 9) == []
