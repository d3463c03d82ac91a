"""What was taken back and is said again under its id counts by what was said last: an Undo that
came before ends nothing for ever, and no copy that comes late begins anything anew."""

import pytest

from node.topics.moderation.origin_bans import is_shut_out, origin_ban_of
from node.topics.moderation.report_store import open_reports
from node.topics.posts.store import post_by_id, post_by_iri
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import NOW, add_neighbour, add_person
from tests.node.arrivals.test_said_again import take, undo_of
from tests.node.topics.moderation.scenes import LEMMY, UNTOUCHED, after, ours, state, theirs


def verb_of(name, by, group, post, person):
    """A moderator's verb as it comes over the wire."""
    value = {"actor": by.iri, "audience": group.iri, "id": f"{by.iri}/{name}/1"}
    return (
        value
        | {
            "lock": {"type": "Lock", "object": post.iri},
            "remove": {"type": "Delete", "object": post.iri, "summary": "off topic"},
            "ban": {"type": "Block", "object": person.iri, "target": group.iri},
        }[name]
    )


def passed_on(group, value, number):
    iri = f"{group.iri}/announces/{number}"
    return {"id": iri, "type": "Announce", "actor": group.iri, "object": value}


@pytest.mark.threat("T122")
@pytest.mark.parametrize("name", ["lock", "remove", "ban"])
def test_a_moderator_of_ours_does_again_what_was_undone(tx, name):
    scene = ours(tx)
    done = verb_of(name, scene.mia, scene.walkers, scene.post, scene.rose)

    states = []
    for at, said in enumerate([done, undo_of(done)] * 2 + [done]):
        take(tx, said, NOW + at, NOW + at)
        states.append(state(tx, scene.walkers, scene.post, scene.rose))

    done_to_it = after(name, scene.post)
    assert states == [done_to_it, UNTOUCHED, done_to_it, UNTOUCHED, done_to_it]


@pytest.mark.threat("T122")
@pytest.mark.parametrize("name", ["lock", "remove", "ban"])
def test_a_community_elsewhere_passes_on_again_what_was_undone(tx, name):
    scene = theirs(tx)
    done = verb_of(name, scene.otto, scene.valley, scene.roses, scene.rose)

    states = []
    for at, said in enumerate([done, undo_of(done)] * 2 + [done]):
        take(tx, passed_on(scene.valley, said, at), NOW + at, NOW + at)
        states.append(state(tx, scene.valley, scene.roses, scene.rose))

    done_to_it = after(name, scene.roses)
    assert states == [done_to_it, UNTOUCHED, done_to_it, UNTOUCHED, done_to_it]


@pytest.mark.threat("T120")
@pytest.mark.parametrize("name", ["lock", "remove", "ban"])
def test_a_copy_that_was_signed_before_the_undo_and_comes_after_it_does_nothing(tx, name):
    scene = theirs(tx)
    done = verb_of(name, scene.otto, scene.valley, scene.roses, scene.rose)

    take(tx, passed_on(scene.valley, done, 1), NOW)
    take(tx, passed_on(scene.valley, undo_of(done), 2), NOW + 9)
    take(tx, passed_on(scene.valley, done, 3), NOW + 5)

    assert state(tx, scene.valley, scene.roses, scene.rose) == UNTOUCHED


@pytest.mark.threat("T120")
@pytest.mark.parametrize("name", ["lock", "remove", "ban"])
def test_what_was_undone_before_it_came_does_nothing_however_late_it_was_signed(tx, name):
    scene = theirs(tx)
    done = verb_of(name, scene.otto, scene.valley, scene.roses, scene.rose)

    take(tx, passed_on(scene.valley, undo_of(done), 1), NOW)
    take(tx, passed_on(scene.valley, done, 2), NOW + 9)

    assert state(tx, scene.valley, scene.roses, scene.rose) == UNTOUCHED


@pytest.mark.threat("T122")
def test_a_node_shuts_out_again_whom_it_had_let_in(tx):
    scene = theirs(tx)
    block = {
        "id": f"{LEMMY}/b/1",
        "type": "Block",
        "actor": scene.otto.iri,
        "object": scene.otto.iri,
        "target": f"{LEMMY}/",
    }

    states = []
    for at, said in enumerate([block, undo_of(block)] * 2 + [block]):
        take(tx, said, NOW + at, NOW + at)
        states.append(is_shut_out(origin_ban_of(tx, scene.otto.id), NOW))

    assert states == [True, False, True, False, True]


@pytest.mark.threat("T122")
@pytest.mark.parametrize("kind", ["Like", "Dislike"])
def test_a_community_elsewhere_passes_on_again_a_vote_that_was_taken_back(tx, kind):
    scene = theirs(tx)
    vote = {"id": f"{LEMMY}/v/1", "type": kind, "actor": scene.otto.iri, "object": scene.anns.iri}

    counts = []
    for at, said in enumerate([vote, undo_of(vote)] * 2 + [vote]):
        take(tx, passed_on(scene.valley, said, at), NOW + at, NOW + at)
        row = tx.one("select * from post where id = :id", id=scene.anns.id)
        counts.append(row["favourites_count"] + row["dislikes_count"])

    assert counts == [1, 0, 1, 0, 1]


@pytest.mark.threat("T122")
def test_a_boost_under_the_id_of_one_that_was_taken_back_is_one(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    post = post_by_id(tx, publish(tx, ann, Draft(text="Hello"), NOW))
    boost = {"id": f"{rose.iri}/a/1", "type": "Announce", "actor": rose.iri, "object": post.iri}

    counts = []
    for at, said in enumerate([boost, undo_of(boost)] * 2 + [boost]):
        take(tx, said, NOW + at, NOW + at)
        counts.append(post_by_iri(tx, post.iri).boosts_count)

    assert counts == [1, 0, 1, 0, 1]


@pytest.mark.threat("T122")
def test_a_report_that_was_taken_back_is_made_again(tx):
    """NodeBB takes its reports back."""
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    post = post_by_id(tx, publish(tx, ann, Draft(text="Hello"), NOW))
    flag = {"id": f"{rose.iri}/f/1", "type": "Flag", "actor": rose.iri, "object": post.iri}

    counts = []
    for at, said in enumerate([flag, undo_of(flag)] * 2 + [flag | {"content": "Again"}]):
        take(tx, said, NOW + at, NOW + at)
        counts.append(len(open_reports(tx)))

    assert counts == [1, 0, 1, 0, 1]
    assert [(one.words, one.posts) for one in open_reports(tx)] == [("Again", (post.iri,))]
