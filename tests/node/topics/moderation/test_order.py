"""Whatever order the verbs of a community come in, however often, they end the same (T120)."""

import itertools
from contextlib import suppress

import pytest

from federation import documents
from node.base.errors import NotAllowed
from node.topics.posts.store import post_by_iri
from node.topics.publishing.receive import store_fetched_post
from tests.neighbours import NOW, note, sent
from tests.node.topics.moderation.scenes import (
    LEMMY,
    UNTOUCHED,
    announced,
    ours,
    receive,
    state,
    theirs,
    undo,
    verb,
)

pytestmark = [pytest.mark.threat("T120"), pytest.mark.promise("R2")]
TWO, THREE = ([*itertools.permutations(range(n))] for n in (2, 3))


@pytest.mark.parametrize("order", TWO)
@pytest.mark.parametrize("repeated", [1, 2])
@pytest.mark.parametrize("name", ["lock", "remove", "ban"])
def test_what_a_moderator_of_ours_undid_stays_undone(tx, name, order, repeated):
    scene = ours(tx)
    done = verb(name, scene.mia, scene.walkers, scene.post, scene.rose)
    family = [done, undo(scene.mia, done)]

    for at in order * repeated:
        receive(tx, family[at])

    assert state(tx, scene.walkers, scene.post, scene.rose) == UNTOUCHED


@pytest.mark.parametrize("order", TWO)
@pytest.mark.parametrize("repeated", [1, 2])
@pytest.mark.parametrize("name", ["lock", "remove", "ban"])
def test_what_a_community_elsewhere_undid_stays_undone(tx, name, order, repeated):
    scene = theirs(tx)
    done = verb(name, scene.otto, scene.valley, scene.roses, scene.rose)
    family = [announced(scene.valley, done), announced(scene.valley, undo(scene.otto, done))]

    for at in order * repeated:
        receive(tx, family[at])

    assert state(tx, scene.valley, scene.roses, scene.rose) == UNTOUCHED


@pytest.mark.parametrize("order", THREE)
@pytest.mark.parametrize("repeated", [1, 2])
def test_a_post_that_was_removed_and_restored_is_shown(tx, order, repeated):
    scene = theirs(tx)
    fresh, family = fresh_family(scene)

    for at in order * repeated:
        take(tx, fresh, family[at])

    assert post_by_iri(tx, fresh.iri).community_id == scene.valley.id


@pytest.mark.parametrize("order", TWO)
@pytest.mark.parametrize("repeated", [1, 2])
def test_a_post_that_was_removed_is_not_shown(tx, order, repeated):
    scene = theirs(tx)
    fresh, family = fresh_family(scene)

    for at in order * repeated:
        take(tx, fresh, family[at])

    assert post_by_iri(tx, fresh.iri) is None


@pytest.mark.parametrize("order", THREE)
def test_a_removed_post_that_its_author_deletes_is_gone_and_empty(tx, order):
    scene = theirs(tx)
    fresh, family = fresh_family(scene)
    family[2] = sent(documents.Delete, scene.rose, fresh.iri)

    for at in order * 2:
        take(tx, fresh, family[at])

    row = tx.one("select coalesce(max(content), '') as words from post where iri = :i", i=fresh.iri)
    assert row["words"] == ""


def fresh_family(scene):
    """A post that is not here yet, and: its coming, its removal, the taking back of that."""
    fresh = note(scene.rose, "fresh", to=(scene.valley.iri, documents.PUBLIC))
    remove = sent(documents.Delete, scene.otto, fresh.iri, summary="off topic")
    return fresh, [
        announced(scene.valley, sent(documents.Create, scene.rose, fresh.iri)),
        announced(scene.valley, remove),
        announced(scene.valley, undo(scene.otto, remove)),
    ]


def take(tx, fresh, activity):
    """Receive it; what is lacking is fetched first, as the applier does."""
    inner = getattr(activity, "object", None)
    if isinstance(inner, documents.Create):
        with suppress(NotAllowed):
            store_fetched_post(tx, fresh, NOW)
    receive(tx, activity, {fresh.iri: "stored"})


@pytest.mark.parametrize("order", THREE)
@pytest.mark.parametrize("repeated", [1, 2])
def test_a_vote_against_that_was_taken_back_counts_for_nothing(tx, order, repeated):
    scene = ours(tx)
    dislike = sent(documents.Dislike, scene.mia, scene.post.iri)
    like = sent(documents.Like, scene.mia, scene.post.iri)
    family = [dislike, undo(scene.mia, dislike, iri=f"{LEMMY}/undo/1"), like]

    for at in order * repeated:
        receive(tx, family[at])

    row = tx.one(
        "select favourites_count, dislikes_count from post where id = :id", id=scene.post.id
    )
    assert dict(row) == {"favourites_count": 1, "dislikes_count": 0}
    assert tx.one("select count(*) as n from dislike")["n"] == 0


@pytest.mark.parametrize("order", TWO)
@pytest.mark.parametrize("repeated", [1, 2])
def test_a_report_that_was_taken_back_does_not_wait(tx, order, repeated):
    scene = ours(tx)
    flag = documents.Flag(
        iri=f"{scene.mia.iri}/flag", actor=scene.mia.iri, objects=(scene.post.iri,)
    )
    family = [flag, undo(scene.mia, flag)]

    for at in order * repeated:
        receive(tx, family[at])

    assert tx.one("select count(*) as n from report where resolved_at is null")["n"] == 0
