"""Members of ours who look after a community elsewhere: it counts here and is sent there."""

import json

import pytest

from federation import documents
from federation.documents import read_document
from node.base.errors import NotAllowed, NotFound
from node.topics.accounts.actions import create_account
from node.topics.actors.store import actor_by_id
from node.topics.moderation import member_actions, post_actions
from node.topics.moderation.ban_store import ban_of
from node.topics.moderation.group_moderators import drop_group_moderator, put_group_moderator
from node.topics.moderation.rules import FOR_EVER
from node.topics.posts.conversation_locks import is_closed
from node.topics.posts.pins import is_pinned
from node.topics.posts.removals import hidden_post
from node.topics.posts.store import post_by_iri
from tests.neighbours import KEYS, NOW, ORIGIN, add_neighbour
from tests.node.topics.moderation.scenes import LEMMY, announced, outbox, receive, theirs, write


@pytest.fixture
def scene(tx):
    """theirs(), where ann looks after valley, as lemmy.example says."""
    scene = theirs(tx)
    put_group_moderator(tx, scene.valley.id, scene.ann.iri, NOW)
    return scene


def sent_out(tx):
    """What goes out, and where to."""
    rows = tx.all(
        """
        select e.body, d.inbox from outbox_entry e left join delivery d on d.entry_id = e.id
        order by e.id, d.id
        """
    )
    return [(json.loads(row["body"]), row["inbox"]) for row in rows]


DOING = {
    "Add": lambda tx, s: post_actions.pin(tx, s.ann, s.post.id, NOW),
    "Lock": lambda tx, s: post_actions.lock(tx, s.ann, s.post.id, "enough", NOW),
    "Delete": lambda tx, s: post_actions.remove(tx, s.ann, s.post.id, "spam", NOW),
    "Block": lambda tx, s: member_actions.ban(
        tx, s.ann, s.valley.id, s.otto.id, NOW, reason="spam"
    ),
}
UNDOING = {
    "Add": lambda tx, s: post_actions.unpin(tx, s.ann, s.post.id, NOW),
    "Lock": lambda tx, s: post_actions.unlock(tx, s.ann, s.post.id, NOW),
    "Delete": lambda tx, s: post_actions.restore(tx, s.ann, s.post.id, NOW),
    "Block": lambda tx, s: member_actions.unban(
        tx, s.ann, s.valley.id, s.otto.id, NOW, restores=True
    ),
}
DONE = {
    "Add": lambda tx, s: is_pinned(tx, s.valley.id, s.post.id),
    "Lock": lambda tx, s: is_closed(tx, s.post.id),
    "Delete": lambda tx, s: hidden_post(tx, s.post.iri) is not None,
    "Block": lambda tx, s: ban_of(tx, s.valley.id, s.otto.id) is not None,
}
every_verb = pytest.mark.parametrize("kind", DOING)


@every_verb
def test_it_counts_here_at_once_and_is_sent_to_the_community_alone(tx, scene, kind):
    DOING[kind](tx, scene)
    try:
        DOING[kind](tx, scene)
    except NotFound:
        assert kind == "Delete"

    ((activity, inbox),) = sent_out(tx)
    assert DONE[kind](tx, scene)
    assert inbox == scene.valley.shared_inbox
    assert (activity["type"], activity["actor"]) == (kind, scene.ann.iri)
    assert (activity["to"], activity["cc"]) == ([documents.PUBLIC], [scene.valley.iri])
    assert activity["audience"] == scene.valley.iri


def test_each_verb_says_what_lemmy_reads(tx, scene):
    for doing in DOING.values():
        doing(tx, scene)

    pin, lock, removal, ban = (activity for activity, _ in sent_out(tx))
    assert (pin["object"], pin["target"]) == (scene.post.iri, scene.valley.featured)
    assert (lock["object"], lock["summary"]) == (scene.post.iri, "enough")
    assert (removal["object"], removal["summary"]) == (scene.post.iri, "spam")
    assert (ban["object"], ban["target"]) == (scene.otto.iri, scene.valley.iri)


@every_verb
def test_it_is_taken_back_the_same_way(tx, scene, kind):
    DOING[kind](tx, scene)

    for _ in range(2):
        try:
            UNDOING[kind](tx, scene)
        except NotFound:
            assert kind == "Delete"

    (said, _), (taken_back, inbox) = sent_out(tx)
    assert not DONE[kind](tx, scene)
    assert inbox == scene.valley.shared_inbox
    assert taken_back["type"] == ("Remove" if kind == "Add" else "Undo")
    inner = taken_back["object"]
    assert inner == scene.post.iri if kind == "Add" else inner["id"] == said["id"]


@every_verb
def test_when_the_community_passes_it_on_nothing_more_is_done_or_said(tx, scene, kind):
    DOING[kind](tx, scene)
    ((activity, _),) = sent_out(tx)

    receive(tx, announced(scene.valley, read_document(activity)))

    assert DONE[kind](tx, scene)
    assert len(outbox(tx)) == 1


@pytest.mark.threat("T24")
@every_verb
def test_who_looks_after_it_no_longer_does_nothing(tx, scene, kind):
    drop_group_moderator(tx, scene.valley.id, scene.ann.iri)

    with pytest.raises(NotAllowed):
        DOING[kind](tx, scene)

    assert not DONE[kind](tx, scene)
    assert outbox(tx) == []


@pytest.mark.threat("T24")
def test_who_organises_this_node_is_nobody_there(tx, scene):
    account = create_account(
        tx,
        origin=ORIGIN,
        name="olga",
        email=None,
        password_hash=None,
        role="organiser",
        keys=KEYS,
        now=NOW,
    )
    olga = actor_by_id(tx, account.actor_id)

    with pytest.raises(NotAllowed):
        post_actions.remove(tx, olga, scene.post.id, "spam", NOW)


@pytest.mark.threat("T24")
def test_who_looks_after_one_community_is_nobody_in_another(tx, scene):
    hill = add_neighbour(tx, "hill", LEMMY, kind="Group")
    other = write(tx, scene.otto, hill, "on the hill")

    with pytest.raises(NotAllowed):
        post_actions.lock(tx, scene.ann, other.id, "", NOW)
    with pytest.raises(NotAllowed):
        member_actions.ban(tx, scene.ann, hill.id, scene.otto.id, NOW)


@pytest.mark.threat("T27")
def test_a_post_of_ours_is_asked_to_be_removed_there_once_and_stays_here(tx, scene):
    for _ in range(2):
        post_actions.remove(tx, scene.ann, scene.anns.id, "mine", NOW)

    ((activity, inbox),) = sent_out(tx)
    assert (activity["type"], activity["object"]) == ("Delete", scene.anns.iri)
    assert inbox == scene.valley.shared_inbox
    assert post_by_iri(tx, scene.anns.iri) is not None


def test_nobody_there_bans_another_who_looks_after_it(tx, scene):
    put_group_moderator(tx, scene.valley.id, scene.otto.iri, NOW)

    with pytest.raises(NotAllowed):
        member_actions.ban(tx, scene.ann, scene.valley.id, scene.otto.id, NOW)


def test_a_ban_hides_what_was_written_there_and_ends_when_it_is_said_to(tx, scene):
    member_actions.ban(tx, scene.ann, scene.valley.id, scene.rose.id, NOW, days=2, removes=True)

    ((activity, _),) = sent_out(tx)
    assert hidden_post(tx, scene.roses.iri) is not None
    assert ban_of(tx, scene.valley.id, scene.rose.id).until == NOW + 2 * 86_400 < FOR_EVER
    assert activity["removeData"] is True
    assert activity["endTime"] == activity["expires"]


def test_where_the_community_lists_nothing_first_nothing_is_put_first(tx, scene):
    hill = add_neighbour(tx, "hill", LEMMY, kind="Group")
    put_group_moderator(tx, hill.id, scene.ann.iri, NOW)
    other = write(tx, scene.otto, hill, "on the hill")

    with pytest.raises(NotAllowed):
        post_actions.pin(tx, scene.ann, other.id, NOW)


def test_who_looks_after_it_is_named_there_and_not_from_here(tx, scene):
    with pytest.raises(NotFound):
        member_actions.add_moderator(tx, scene.ann, scene.valley.id, scene.otto.id, NOW)
    with pytest.raises(NotFound):
        member_actions.remove_moderator(tx, scene.ann, scene.valley.id, scene.ann.id, NOW)
